/** The state machine in Lua, by the clock of Redis. Each script is one atomic step over keys of one cluster slot. */
import { DISMISSED } from '../../lib/dismissed.js'
import { MAX_RUNS_LENGTH } from './failed-runs.js'
import { CLOCK, script } from './redis-script.js'

/** Only `keepFor` limits how long an accepted event's record is kept, because nobody delivers that event again. */
const EXPIRE = `
local function expire(key, accepted, keepFor, otherwise)
  if not accepted then redis.call('PEXPIRE', key, otherwise)
  elseif keepFor == '' then redis.call('PERSIST', key)
  else redis.call('PEXPIRE', key, keepFor) end
end
`

/** Adds the names by which a record is found: one command, whatever their number. See `redis-search.ts`. */
const NAME = `
local function name(search, names, created, key)
  local members = {}
  for one in string.gmatch(names, '%S+') do
    members[#members + 1] = 0
    members[#members + 1] = string.format('%s %013.0f %s', one, created, key)
  end
  if #members > 0 then redis.call('ZADD', search, unpack(members)) end
end
`

/**
 * KEYS: processing, failed, search, record. ARGV: token, hash, lease, retain, member, contest, how long to keep (or
 * empty), key, its names, and pairs of fields from the event. A member is the key, a space and the event id.
 */
const CLAIM = `${EXPIRE}${NAME}
local function step(key, at, last)
  local token, hash, lease, retain, member = ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), ARGV[at + 5]
  local record = redis.call('HMGET', key, 'state', 'token', 'attempt', 'hash', 'lease_until', 'created_at', 'lease_ms', 'contested_at', 'accepted_at')
  local state, attempt, created = record[1], tonumber(record[3]), record[6]
  if not state then
    attempt, created = 1, now
  elseif record[4] ~= hash then
    return { 'conflict', 0, -1 }
  elseif state == 'done' then
    return { 'done', 0, -1 }
  elseif state == 'processing' and record[2] ~= token then
    local ends, lasts, contested = tonumber(record[5]), tonumber(record[7]), tonumber(record[8])
    if ends > now and not (lasts and ends > now + lasts) then return { 'busy', 0, -1 } end
    if not contested or contested > now then redis.call('HSET', key, 'contested_at', now) end
    if not contested or contested > now - tonumber(ARGV[at + 6]) then return { 'busy', 0, -1 } end
    attempt = attempt + 1
  elseif state == 'failed' then
    attempt = attempt + 1
    redis.call('ZREM', KEYS[2], member)
  end
  redis.call('HSET', key, 'state', 'processing', 'token', token, 'attempt', attempt, 'hash', hash, 'created_at', created, 'lease_until', now + lease, 'lease_ms', lease, 'retain', retain, 'updated_at', now, unpack(ARGV, at + 10, last))
  if record[8] then redis.call('HDEL', key, 'contested_at') end
  expire(key, record[9], ARGV[at + 7], lease + retain)
  redis.call('ZADD', KEYS[1], created, member)
  name(KEYS[3], ARGV[at + 9], created, ARGV[at + 8])
  return { 'claimed', attempt, record[9] and now - tonumber(record[9]) or -1 }
end`

/** Answers 0 unless the token holds the claim. Further fields of the record are requested by name. */
const held = (key: string, token: string, ...more: string[]) => `
local record = redis.call('HMGET', ${key}, 'state', 'token', 'retain', 'event_id', 'created_at'${more.map((field) => `, '${field}'`).join('')})
if record[1] ~= 'processing' or record[2] ~= ${token} then return 0 end
`

/** KEYS: processing, done, due, record. ARGV: token, key. An event without retention, as of a health check, is in no list. */
const COMPLETE = `
local function step(key, at)${held('key', 'ARGV[at + 1]', 'contested_at', 'kept_as', 'due_at', 'accepted_at')}
  local member = ARGV[at + 2] .. ' ' .. record[4]
  redis.call('HSET', key, 'state', 'done', 'token', '', 'lease_until', now, 'updated_at', now)
  if record[6] or record[7] or record[8] or record[9] then
    redis.call('HDEL', key, 'contested_at', 'body', 'headers', 'kept_as', 'due_at', 'accepted_at')
    redis.call('ZREM', KEYS[3], member)
  end
  redis.call('PEXPIRE', key, record[3])
  redis.call('ZREM', KEYS[1], member)
  if tonumber(record[3]) > 0 then redis.call('ZADD', KEYS[2], record[5], member) end
  return 1
end`

/**
 * KEYS: record, processing, failed, due. ARGV: token, key, last error, ending, how long to keep (or empty), a line
 * about the run. If data is kept, also its form, body, headers, due time (or empty), and whether it was accepted.
 */
const release = script(`${CLOCK}${EXPIRE}${held('KEYS[1]', 'ARGV[1]', 'attempt', 'failed_runs', 'accepted_at')}
local member = ARGV[2] .. ' ' .. record[4]
redis.call('HSET', KEYS[1], 'state', 'failed', 'token', '', 'lease_until', now, 'updated_at', now, 'last_error', ARGV[3])
redis.call('HDEL', KEYS[1], 'contested_at')
if ARGV[4] == 'unused' then redis.call('HINCRBY', KEYS[1], 'attempt', -1)
else redis.call('HSET', KEYS[1], 'failed_runs', string.sub(now .. ' ' .. record[6] .. ' ' .. ARGV[6] .. (record[7] or ''), 1, ${MAX_RUNS_LENGTH})) end
if ARGV[7] then
  redis.call('HSET', KEYS[1], 'kept_as', ARGV[7], 'body', ARGV[8], 'headers', ARGV[9])
  if ARGV[10] == '' then
    redis.call('HDEL', KEYS[1], 'due_at')
    redis.call('ZREM', KEYS[4], member)
  else
    redis.call('HSET', KEYS[1], 'due_at', now + ARGV[10])
    redis.call('ZADD', KEYS[4], now + ARGV[10], member)
  end
  if ARGV[11] == '1' then redis.call('HSETNX', KEYS[1], 'accepted_at', now) end
end
expire(KEYS[1], record[8] or ARGV[11] == '1', ARGV[5], record[3])
redis.call('ZREM', KEYS[2], member)
redis.call('ZADD', KEYS[3], record[5], member)
return 1`)

/**
 * KEYS: record. ARGV: token, lease, how long to keep (or empty). Without a record, SETRANGE changes nothing but is
 * refused like a write: a health check must notice a server that accepts no writes.
 */
const extend = script(`${CLOCK}${EXPIRE}
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SETRANGE', KEYS[1], 0, '') end
${held('KEYS[1]', 'ARGV[1]', 'accepted_at')}
redis.call('HSET', KEYS[1], 'lease_until', now + ARGV[2], 'lease_ms', ARGV[2], 'updated_at', now)
redis.call('HDEL', KEYS[1], 'contested_at')
expire(KEYS[1], record[6], ARGV[3], ARGV[2] + record[3])
return 1`)

/**
 * KEYS: record, quarantined, replay_requested, due, search. ARGV: key, code, message, how long to keep (or empty),
 * names, and pairs of fields from the first copy. Answers 0 if the key belongs to an event.
 */
const quarantine = script(`${CLOCK}${NAME}
local state = redis.call('HGET', KEYS[1], 'state')
if state and state ~= 'quarantined' and state ~= 'replay_requested' then return 0 end
if not state then
  redis.call('HSET', KEYS[1], 'created_at', now)
  for at = 6, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
  name(KEYS[5], ARGV[5], now, ARGV[1])
end
redis.call('HINCRBY', KEYS[1], 'attempt', 1)
redis.call('HSET', KEYS[1], 'state', 'quarantined', 'last_error', ARGV[3], 'updated_at', now)
redis.call('HDEL', KEYS[1], 'due_at')
if redis.call('HGET', KEYS[1], 'code') ~= 'ID_CONFLICT' then redis.call('HSET', KEYS[1], 'code', ARGV[2]) end
if ARGV[4] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
local record = redis.call('HMGET', KEYS[1], 'event_id', 'created_at')
local member = ARGV[1] .. ' ' .. (record[1] or '')
redis.call('ZREM', KEYS[3], member)
redis.call('ZREM', KEYS[4], member)
redis.call('ZADD', KEYS[2], record[2], member)
return 1`)

/** Reads the record and tells whether it is a kept delivery. */
const KEPT = `
local record = redis.call('HMGET', KEYS[1], 'state', 'event_id', 'created_at', 'kept_as', 'due_at')
local isDelivery = record[1] == 'quarantined' or record[1] == 'replay_requested'
local member = ARGV[1] .. ' ' .. (record[2] or '')
`

/** KEYS: record, quarantined, replay_requested, due. ARGV: key. */
const replay = script(`${CLOCK}${KEPT}
if not isDelivery and not record[4] then return 0 end
redis.call('HSET', KEYS[1], 'due_at', now, 'updated_at', now)
redis.call('ZADD', KEYS[4], now, member)
if isDelivery then
  redis.call('HSET', KEYS[1], 'state', 'replay_requested')
  redis.call('ZREM', KEYS[2], member)
  redis.call('ZADD', KEYS[3], record[3], member)
end
return 1`)

/** KEYS: record, due. ARGV: key, for how long, and the fields to answer. */
const takeDue = script(`${CLOCK}${KEPT}
if not record[5] or tonumber(record[5]) > now then return false end
redis.call('HSET', KEYS[1], 'due_at', now + ARGV[2])
redis.call('ZADD', KEYS[2], now + ARGV[2], member)
return redis.call('HMGET', KEYS[1], unpack(ARGV, 3))`)

/** KEYS: record, quarantined, replay_requested, due. ARGV: key. */
const removeQuarantined = script(`${KEPT}
if not isDelivery then return 0 end
for at = 2, 4 do redis.call('ZREM', KEYS[at], member) end
redis.call('DEL', KEYS[1])
return 1`)

/** KEYS: record, failed, done, due. ARGV: key. */
const dismiss = script(`${CLOCK}
local record = redis.call('HMGET', KEYS[1], 'state', 'event_id', 'created_at', 'retain')
if record[1] ~= 'failed' then return 0 end
local member = ARGV[1] .. ' ' .. record[2]
redis.call('HSET', KEYS[1], 'state', 'done', 'code', '${DISMISSED}', 'updated_at', now)
redis.call('HDEL', KEYS[1], 'contested_at', 'body', 'headers', 'kept_as', 'due_at', 'accepted_at')
redis.call('PEXPIRE', KEYS[1], record[4])
redis.call('ZREM', KEYS[2], member)
redis.call('ZREM', KEYS[4], member)
redis.call('ZADD', KEYS[3], record[3], member)
return 1`)

/**
 * KEYS: quarantined, replay_requested, due, then records. ARGV: order, then the key of each record. Answers how many
 * records contained data about the order.
 */
const forget = script(`
local forgotten = 0
for at = 2, #ARGV do
  local key = KEYS[at + 2]
  local record = redis.call('HMGET', key, 'order_id', 'state', 'accepted_at', 'retain', 'event_id')
  if record[1] == ARGV[1] then
    local member = ARGV[at] .. ' ' .. (record[5] or '')
    redis.call('ZREM', KEYS[3], member)
    if record[2] == 'quarantined' or record[2] == 'replay_requested' then
      redis.call('ZREM', KEYS[1], member)
      redis.call('ZREM', KEYS[2], member)
      forgotten = forgotten + redis.call('DEL', key)
    else
      if record[3] then redis.call('PEXPIRE', key, record[4]) end
      local removed = redis.call('HDEL', key, 'body', 'headers', 'kept_as', 'due_at', 'accepted_at', 'last_error', 'failed_runs')
      if removed > 0 then forgotten = forgotten + 1 end
    end
  end
end
return forgotten`)

/** KEYS: index, then the record of each member. ARGV: the members. */
const forgetExpired = script(`
local forgotten = 0
for at, member in ipairs(ARGV) do
  if redis.call('EXISTS', KEYS[at + 1]) == 0 then forgotten = forgotten + redis.call('ZREM', KEYS[1], member) end
end
return forgotten`)

/** KEYS: search, then the record of each member. ARGV: the members. If the record was created anew, the member has expired. */
const forgetNames = script(`
local forgotten = 0
for at, member in ipairs(ARGV) do
  local created = redis.call('HGET', KEYS[at + 1], 'created_at')
  if tonumber(created or -1) ~= tonumber(string.match(member, '^%S+ (%d+)')) then forgotten = forgotten + redis.call('ZREM', KEYS[1], member) end
end
return forgotten`)

/** KEYS: record, search. ARGV: key, names. For records of a version that wrote no names. */
const nameOne = script(`${NAME}
local created = redis.call('HGET', KEYS[1], 'created_at')
if created then name(KEYS[2], ARGV[2], created, ARGV[1]) end
return 1`)

/** KEYS: the schema's version. ARGV: the version of this package. */
const setVersion = script(`
if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return 1`)

/** KEYS: the lock. ARGV: token, for how long. */
const lock = script(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`)

/** KEYS: the lock. ARGV: token. */
const unlock = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`)

/** KEYS: any key, which selects the node of a cluster. ARGV: the section. */
const info = script(`return redis.call('INFO', ARGV[1])`)

/** One step, about the last key. */
const ALONE = `
return step(KEYS[4], 0, #ARGV)`

/**
 * One step for each key from the fourth on. ARGV: for each step the number of its texts, then the texts. Answers for
 * each step 1 and its answer, or 0 and a message: a step that fails does not affect the others.
 */
const TOGETHER = `
local answers, at = {}, 1
for nth = 4, #KEYS do
  local last = at + ARGV[at]
  local isDone, answer = pcall(step, KEYS[nth], at, last)
  if not isDone and type(answer) == 'table' then answer = answer.err end
  answers[nth - 3] = { isDone and 1 or 0, answer }
  at = last + 1
end
return answers`

export const SCRIPTS = {
  info,
  claim: script(CLOCK + CLAIM + ALONE),
  complete: script(CLOCK + COMPLETE + ALONE),
  claims: script(CLOCK + CLAIM + TOGETHER),
  completions: script(CLOCK + COMPLETE + TOGETHER),
  release,
  extend,
  quarantine,
  replay,
  takeDue,
  removeQuarantined,
  dismiss,
  forget,
  forgetExpired,
  forgetNames,
  nameOne,
  setVersion,
  lock,
  unlock,
}
