/** The faults of endpoints, each with its consequence and its repair. */

export interface Fault {
  readonly name: string
  readonly explanation: string
  readonly fix: string
}

export const FAULTS = {
  redirect: {
    name: 'redirect',
    explanation: 'senders do not follow redirects, and some treat one as success, so the callback is lost',
    fix: 'answer at this address itself; the cause may be a missing slash, a move from http to https, or a login in front of it',
  },
  notFound: {
    name: 'no webhook here',
    explanation: 'nothing accepts a POST at this address',
    fix: 'compare the path with the one at which the webhook is mounted, and with the one registered at the provider',
  },
  parsedBody: {
    name: 'body parsed first',
    explanation: 'a JSON parser consumes the body before the webhook sees it, so the exact bytes are gone',
    fix: 'mount the webhook before express.json(), or give the parser before it, express.json() or express.urlencoded(), the option verify: captureRawBody; an express.raw() after a parser gets nothing',
  },
  wrongSecret: {
    name: 'wrong secret',
    explanation: 'a genuine delivery is refused as not authentic, in every form that was tried',
    fix: "compare the shop's secret with the one used here: it may be that of test or live, an old one, one with quotes or white space, or one for another mode. If they are equal, a parser or a proxy may change the body before it is checked",
  },
  wrongCredentials: {
    name: 'wrong or missing credentials',
    explanation:
      'a genuine delivery, which needs more than a secret, is refused as not authentic in every form that was tried',
    fix: 'compare each value with the shop: it may be that of test or live, an old one, one with quotes or white space, or one for another mode',
  },
  otherKind: {
    name: 'another kind of webhook',
    explanation:
      'a genuine delivery gets the same answer as a forgery, and not 401 or 403: the endpoint may be for the other kind of webhook of this provider',
    fix: "if this endpoint is for the signed kind, compare the shop's secret with the one used here",
  },
  otherMode: {
    name: 'another mode',
    explanation:
      'the shop handles deliveries of the other mode, and only acknowledges those of this one: no payment in this mode has an effect',
    fix: "give the shop's provider the mode of the account that it is paid to",
  },
  notHandled: {
    name: 'not handled',
    explanation: 'a genuine delivery reaches the shop, but is not accepted',
    fix: "read the shop's log; if the shop does not have the order, name one that it has with --order",
  },
  noAnswer: {
    name: 'no answer',
    explanation: 'a genuine delivery is not answered within ten seconds, or the connection breaks',
    fix: 'answer every delivery, even if the handler throws; a handler that waits for a body which a parser has consumed waits forever',
  },
  goesDown: {
    name: 'goes down',
    explanation:
      'the shop does not answer any more after this delivery, which ended its process, so anybody can stop the shop',
    fix: 'find the error in the log, catch it, and refuse such a delivery: timingSafeEqual throws if the lengths differ, and a throw in an async handler of Express 4 ends the process; answer 413 if a body is too large',
  },
  slowHandler: {
    name: 'slow handler',
    explanation:
      'senders give up after a few seconds and deliver again, while the first delivery is still being handled',
    fix: 'do only the necessary work in the handler, and leave mails, documents and other services to a queue',
  },
  reserialisedBody: {
    name: 'signature over a re-serialised body',
    explanation:
      'the signature is checked over JSON.stringify of the parsed body, which equals the signed text only by chance',
    fix: 'check the signature over the exact bytes received',
  },
  unverified: {
    name: 'signature not checked',
    explanation: 'a forged delivery is accepted: anybody who finds the address can mark orders as paid',
    fix: 'refuse a delivery without the right signature or token before doing anything else with it',
  },
  replayable: {
    name: 'timestamp not checked',
    explanation: 'a delivery signed ten minutes ago is accepted, so a recorded one can be sent again',
    fix: 'refuse timestamps more than five minutes off, as the timestamped mode of cryptoGateway does',
  },
  duplicateRefused: {
    name: 'duplicate refused',
    explanation: 'the second delivery of an event is not answered with 2xx, so the sender keeps delivering it',
    fix: 'answer a duplicate like the first delivery',
  },
  noDedupe: {
    name: 'no deduplication',
    explanation: 'an event that is delivered twice takes effect twice',
    fix: 'remember the ids of handled events in a store, and acknowledge a known event without handling it again',
  },
  racyDedupe: {
    name: 'deduplication is not atomic',
    explanation: 'simultaneous copies of an event take effect more than once: each is looked up before any is recorded',
    fix: 'before handling an event, claim it in one step, such as an INSERT with a unique key',
  },
  doneTooEarly: {
    name: 'marked done before success',
    explanation:
      'an event whose handler failed is not handled when it is delivered again: it counts as done or as in progress, so its payment is lost',
    fix: 'mark an event as done after its handler succeeded, and release it when the handler failed, so that the next delivery is handled',
  },
  limitTooSmall: {
    name: 'body limit too small',
    explanation: 'a delivery of 60 KB is refused; one with many products or much metadata is that large',
    fix: 'allow 100 KB in the shop and in every proxy before it',
  },
  noLimit: {
    name: 'no body limit',
    explanation: 'a delivery of 5 MB is read and accepted, so anybody can fill the memory of the shop',
    fix: 'limit the body to about 100 KB, and answer 413 to more',
  },
} as const satisfies Record<string, Fault>

/** Faults that the sender's next delivery repairs. */
export const WARNINGS = {
  coldStart: {
    name: 'not handled the first time, accepted the second',
    explanation:
      'the sender delivers again, so nothing is lost; the cause may be a database that was not connected yet',
    fix: 'connect before the shop listens, and look for other errors in its log',
  },
} as const satisfies Record<string, Fault>
