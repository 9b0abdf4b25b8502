/** The faults of endpoints, each with its consequence and its repair. */

export interface Fault {
  readonly name: string
  readonly explanation: string
  readonly fix: string
}

export const FAULTS = {
  redirect: {
    name: 'redirect',
    explanation: 'senders do not follow redirects, and some take one for a success: the callback is lost',
    fix: 'answer at this address itself; look for a missing slash, a move from http to https, or a login in front of it',
  },
  notFound: {
    name: 'no webhook here',
    explanation: 'nothing takes a POST at this address',
    fix: 'compare the path with the one where the webhook is mounted, and with the one registered at the provider',
  },
  parsedBody: {
    name: 'body parsed first',
    explanation: 'a JSON parser consumes the body before the webhook sees it, so the exact bytes are gone',
    fix: 'mount the webhook before express.json(), or give the parser that comes first, express.json() or express.urlencoded(), the option verify: captureRawBody; an express.raw() that comes after a parser gets nothing',
  },
  wrongSecret: {
    name: 'wrong secret',
    explanation: 'a genuine delivery is refused as not authentic, in each form that was tried',
    fix: "compare the shop's secret with the one used here: test or live, an old one, quotes or white space around it, another mode. If they are the same, see whether a parser or a proxy changes the body before it is checked",
  },
  wrongCredentials: {
    name: 'wrong or missing credentials',
    explanation:
      'a genuine delivery is refused as not authentic, in each form that was tried, and more than its secret proves it',
    fix: 'test or live, an old one, quotes or white space around it, another mode',
  },
  otherKind: {
    name: 'another kind of webhook',
    explanation:
      'a genuine delivery is refused as a forgery is, and with neither 401 nor 403: perhaps the endpoint takes the other kind of webhook that this provider has',
    fix: "If this one is for the signed kind, compare the shop's secret with the one used here",
  },
  otherMode: {
    name: 'another mode',
    explanation:
      'deliveries of this mode are acknowledged as no money, and those of the other mode are handled: no payment that is made in this mode has an effect',
    fix: "give the shop's provider the mode of the account whose payments it takes",
  },
  notHandled: {
    name: 'not handled',
    explanation: 'a genuine delivery reaches the shop and is not accepted',
    fix: "look into the shop's log; if the order is not in the shop, name one that is with --order",
  },
  noAnswer: {
    name: 'no answer',
    explanation: 'a genuine delivery is not answered within ten seconds, or the connection is broken off',
    fix: 'answer every delivery, also when its handling throws; a handler that waits for a body which a parser has consumed waits forever',
  },
  goesDown: {
    name: 'goes down',
    explanation:
      'nobody answers any more after this delivery: it ended the process, so anybody who sends one stops the shop',
    fix: 'find the error in the log, catch it and refuse such a delivery: timingSafeEqual throws on other lengths, and a throw in an async handler of Express 4 ends the process; answer 413 to a body that is too large',
  },
  slowHandler: {
    name: 'slow handler',
    explanation:
      'senders give up after a few seconds and deliver again, while the first delivery is still being handled',
    fix: 'do in the handler only what has to be certain, and leave mails, documents and other services to a queue',
  },
  reserialisedBody: {
    name: 'signature over a re-serialised body',
    explanation: 'the signature is checked over JSON.stringify of the parsed body, which is the same text only by luck',
    fix: 'check the signature over the exact bytes received',
  },
  unverified: {
    name: 'signature not checked',
    explanation: 'a forged delivery is accepted: whoever finds the address can mark orders as paid',
    fix: 'refuse a delivery without the right signature or token, before anything else is done with it',
  },
  replayable: {
    name: 'timestamp not checked',
    explanation: 'a delivery signed ten minutes ago is accepted, so one that was recorded can be sent again',
    fix: 'refuse timestamps more than five minutes off, as the timestamped mode of cryptoGateway does',
  },
  duplicateRefused: {
    name: 'duplicate refused',
    explanation: 'the second delivery of an event is not answered 2xx, so the sender keeps delivering it',
    fix: 'answer a duplicate as the first delivery was answered',
  },
  noDedupe: {
    name: 'no deduplication',
    explanation: 'an event that is delivered twice takes effect twice',
    fix: 'remember the ids of handled events in a store, and acknowledge a known event without handling it again',
  },
  racyDedupe: {
    name: 'deduplication is not atomic',
    explanation:
      'copies of an event that arrive together take effect more than once: they are looked up before any is recorded',
    fix: 'claim the event in one step, such as an INSERT under a unique key, before it is handled',
  },
  doneTooEarly: {
    name: 'marked done before success',
    explanation:
      'an event whose handling failed is not handled when it is delivered again: it counts as done or as in progress, so its payment is lost',
    fix: 'mark an event done after its handler succeeded, and give it back when the handler failed, so that the next delivery is handled afresh',
  },
  limitTooSmall: {
    name: 'body limit too small',
    explanation: 'a delivery of 60 KB is refused; many products or much metadata make one that large',
    fix: 'allow 100 KB, in the shop and in every proxy before it',
  },
  noLimit: {
    name: 'no body limit',
    explanation: 'a delivery of 5 MB is read and accepted, so anybody can fill the memory of the shop',
    fix: 'limit the body to some 100 KB, and refuse more with 413',
  },
} as const satisfies Record<string, Fault>

/** Faults that the sender's next delivery repairs. */
export const WARNINGS = {
  coldStart: {
    name: 'not handled the first time, accepted the second',
    explanation: 'the sender delivers again, so nothing is lost; a database that is not connected yet shows like this',
    fix: 'connect before the shop listens, and look into its log for other errors',
  },
} as const satisfies Record<string, Fault>
