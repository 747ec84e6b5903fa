/**
 * The event log of a run: one canonical JSON line per event, chained by digests, and the first difference of two logs.
 *
 * A line is the event with one more field at its end, `chain`:
 * chain_i = SHA-256(chain_{i−1} ‖ body_i), where body_i is the line without that field and chain_0 is 64 zeros (hex text). The
 * chain of the last line therefore names the whole log. Names keep the order in which the experiment builds them; NaN,
 * infinities and −0 are written as the tags of `plain-data.ts`. Nothing in a line depends on time or machine.
 *
 * *Source:* house contract 4 (run record); hash chain as in Haber & Stornetta 1991. *Deviations:* none.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { sha256Hex } from '../core/digest.ts'
import type { ExperimentEvent } from '../experiment/experiment.ts'
import type { Fault } from './fault.ts'
import { fromJsonText, toJsonText, type Plain } from './plain-data.ts'

/** A place in a log: its length in bytes and lines up to there, and the chain digest of the last line before it. */
export type EventsMark = Readonly<{ bytes: number; count: number; chain: string }>

export type EventsFault = Fault<'EventsAltered'>

/** What a log holds. `tornBytes` counts the bytes of an unfinished last line (the process was killed while it wrote). */
export type EventLog = Readonly<{ events: readonly ExperimentEvent[]; mark: EventsMark; tornBytes: number }>

/** Where two logs differ first; `field` is a dotted path, empty when one log has no event at `index`. */
export type EventDifference = Readonly<{ index: number; field: string; left: string; right: string }>

/** The mark of an empty log. */
export const startMark: EventsMark = { bytes: 0, count: 0, chain: '0'.repeat(64) }

const utf8 = new TextEncoder()
const NEWLINE = 10
const CHAIN_FIELD = ',"chain":"'
/** Bytes of `,"chain":"<64 hex digits>"}` at the end of a line. */
const TAIL = CHAIN_FIELD.length + 64 + 2

const nextChain = (chain: string, body: string): string => sha256Hex(utf8.encode(chain + body))

/** The event without the chain, as canonical JSON. */
export const encodeEvent = (event: ExperimentEvent): string => toJsonText(event)

/** The lines of `events` (each ended by a newline) to be appended at `mark`, and the mark after them. */
export const eventLines = (mark: EventsMark, events: readonly ExperimentEvent[]): Readonly<{ text: string; mark: EventsMark }> => {
  const lines: string[] = []
  let { bytes, chain } = mark
  for (const event of events) {
    const body = encodeEvent(event)
    chain = nextChain(chain, body)
    const line = `${body.slice(0, -1)}${CHAIN_FIELD}${chain}"}\n`
    bytes += utf8.encode(line).length
    lines.push(line)
  }
  return { text: lines.join(''), mark: { bytes, count: mark.count + events.length, chain } }
}

const altered = (line: number, expected: string, received: string): EventsFault => ({
  _tag: 'EventsAltered',
  path: `line ${line}`,
  expected,
  received,
  hint: 'the event log was changed after it was written',
})

const eventTypes: ReadonlySet<string> = new Set<ExperimentEvent['type']>(['step', 'probe', 'members', 'done'])

const parseLine = (line: string, number: number, chain: string): Either<EventsFault, Readonly<{ event: ExperimentEvent; chain: string }>> => {
  if (line.length <= TAIL || !line.slice(-TAIL).startsWith(CHAIN_FIELD) || !line.endsWith('"}'))
    return left(altered(number, 'a line that ends with its chain', line.slice(-40)))
  const body = `${line.slice(0, -TAIL)}}`
  const stated = line.slice(-66, -2)
  const expected = nextChain(chain, body)
  if (stated !== expected) return left(altered(number, `chain ${expected}`, stated))
  const event = fromJsonText(body)
  if (event._tag === 'Left') return left(altered(number, event.left.expected, event.left.received))
  const { type } = event.right as { readonly type?: Plain }
  if (typeof type !== 'string' || !eventTypes.has(type)) return left(altered(number, 'an event of a known type', String(type)))
  return right({ event: event.right as unknown as ExperimentEvent, chain: expected }) // the chain vouches for the fields
}

/** Parses a log and verifies its chain from the first line; a line that does not fit is refused by its number. */
export const parseEvents = (bytes: Uint8Array): Either<EventsFault, EventLog> => {
  const end = bytes.lastIndexOf(NEWLINE) + 1
  const text = new TextDecoder().decode(bytes.subarray(0, end))
  const events: ExperimentEvent[] = []
  let chain = startMark.chain
  const lines = text.split('\n')
  for (let i = 0; i < lines.length - 1; i++) {
    const parsed = parseLine(lines[i], i + 1, chain)
    if (parsed._tag === 'Left') return parsed
    events.push(parsed.right.event)
    chain = parsed.right.chain
  }
  return right({ events, mark: { bytes: end, count: events.length, chain }, tornBytes: bytes.length - end })
}

/** The part of a log up to `mark`, verified against it; refused where the log is shorter or its chain there is another one. */
export const eventsUpTo = (bytes: Uint8Array, mark: EventsMark): Either<EventsFault, EventLog> => {
  if (bytes.length < mark.bytes) return left(altered(mark.count, `${mark.bytes} bytes up to the checkpoint`, `${bytes.length} bytes`))
  const log = parseEvents(bytes.subarray(0, mark.bytes))
  if (log._tag === 'Left') return log
  const found = log.right.mark
  if (found.chain !== mark.chain || found.count !== mark.count || log.right.tornBytes > 0) {
    return left(
      altered(found.count, `${mark.count} events with chain ${mark.chain} up to the checkpoint`, `${found.count} events with chain ${found.chain}`),
    )
  }
  return log
}

type Difference = Readonly<{ field: string; left: string; right: string }>

const show = (value: unknown): string =>
  value === undefined ? 'nothing' : Object.is(value, -0) ? '-0' : typeof value === 'object' ? toJsonText(value) : String(value)

const differenceAt = (a: unknown, b: unknown, field: string): Difference | null => {
  if (Object.is(a, b)) return null
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return { field, left: show(a), right: show(b) }
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = differenceAt(left[name], right[name], field === '' ? name : `${field}.${name}`)
    if (found !== null) return found
  }
  return null
}

/** The first event, and its first field, in which two logs differ; null where they are equal (bitwise: 0 is not −0, NaN is NaN). */
export const firstDifference = (a: readonly ExperimentEvent[], b: readonly ExperimentEvent[]): EventDifference | null => {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    if (index >= a.length || index >= b.length) return { index, field: '', left: show(a[index]), right: show(b[index]) }
    const found = differenceAt(a[index], b[index], '')
    if (found !== null) return { index, ...found }
  }
  return null
}
