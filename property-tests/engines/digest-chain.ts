/**
 * Digests of a long stream of numbers, one per part of it, each sealing all that came before.
 *
 *     mark_k = SHA-256(mark_{k−1} ‖ bytes of part k), mark_0 empty
 *
 * The last mark stands for the whole stream; the first one that differs says in which part two streams part ways.
 *
 * *Source:* house rule 5 (NaNs have one pattern, −0 is not 0). *Deviations:* none.
 */
import { canonicalFloat64Bytes, sha256Hex } from '../../src/core/digest.ts'

/** Hexadecimal digits of a mark that are kept: 64 bits. */
const digits = 16

/** The marks of `parts`, in order. */
export const digestChain = (parts: readonly ArrayLike<number>[]): readonly string[] => {
  const marks: string[] = []
  let seal = ''
  for (const part of parts) {
    const before = new TextEncoder().encode(seal)
    const numbers = canonicalFloat64Bytes(part)
    const bytes = new Uint8Array(before.length + numbers.length)
    bytes.set(before)
    bytes.set(numbers, before.length)
    seal = sha256Hex(bytes)
    marks.push(seal.slice(0, digits))
  }
  return marks
}

/**
 * Something whose numbers are digested. `group` is its column in the report, `golden` the section of the golden data that its chain must
 * equal: several groups may share one. A part of its chain covers `part.size` of `part.what`.
 */
export type Subject = Readonly<{ name: string; group: string; golden: string; part: Readonly<{ what: string; size: number }>; chain(): Promise<readonly string[]> }>

/** Words for part number `index` of a subject's chain. */
export const partText = ({ what, size }: Subject['part'], index: number): string =>
  size === 1 ? `${what} ${index + 1}` : `${what} ${index * size + 1} to ${(index + 1) * size}`

/** Number of the first part in which two chains differ; null where they are equal. */
export const firstDifferingPart = (a: readonly string[], b: readonly string[]): number | null => {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i
  return null
}
