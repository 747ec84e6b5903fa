/**
 * Reads a reference fixture of `property-tests/fixtures/parity` (described in its README) and states its measure of agreement.
 *
 * *Source:* house rule 9, "Parity". *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'

/** The content of one fixture, read as `T`. */
export const parityFile = <T>(id: string): T =>
  JSON.parse(gunzipSync(readFileSync(new URL(`../fixtures/parity/${id}.json.gz`, import.meta.url))).toString('utf8')) as T

/** Expects |actual − reference| ≤ tolerance · max(1, |reference|) in every entry, the measure of the fixtures' README. */
export const expectClose = (what: string, actual: ArrayLike<number>, reference: ArrayLike<number>, tolerance: number): void => {
  expect(actual.length, what).toBe(reference.length)
  for (let i = 0; i < reference.length; i++) {
    const error = Math.abs(actual[i] - reference[i]) / Math.max(1, Math.abs(reference[i]))
    expect(error, `${what}[${i}]: ${actual[i]} against ${reference[i]}`).toBeLessThanOrEqual(tolerance)
  }
}
