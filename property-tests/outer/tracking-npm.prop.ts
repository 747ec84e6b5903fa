import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { BierlNpmSettings } from '../../src/outer/bierl-npm.ts'
import { bierlNpm, bierlNpmDefaults } from '../../src/outer/bierl-npm.ts'
import type { TrackedProblem } from './tracking.ts'
import { bestFixedError, ring, signTestLevel, slope, trackingErrors } from './tracking.ts'

const SEEDS = 7
const TIMEOUT_MS = 240_000 // 7 runs of 200 generations: ten seconds on an idle core
const oneStep: BierlNpmSettings = { ...bierlNpmDefaults, lookAhead: { kind: 'one-step', repeats: 2, episodes: 1 } }

const errorsOn = (subject: TrackedProblem, settings: BierlNpmSettings): Promise<readonly number[]> =>
  trackingErrors(subject, () => bierlNpm({ ...settings, tuning: subject.tuning }, reference), SEEDS)

describe('BiERL-NPM follows a best sigma that moves, better than any constant', () => {
  it('is judged by a sign test at level 1/128', () => expect(signTestLevel(SEEDS)).toBeLessThan(0.01))

  it('by the smoothed return, on the ring', async () => {
    const yardstick = bestFixedError(ring)
    const errors = await errorsOn(ring, bierlNpmDefaults)
    errors.forEach((error) => expect(error).toBeLessThan(yardstick))
  }, TIMEOUT_MS)

  it('by the return after one step, on the rippled slope', async () => {
    const yardstick = bestFixedError(slope)
    const errors = await errorsOn(slope, oneStep)
    errors.forEach((error) => expect(error).toBeLessThan(yardstick))
  }, TIMEOUT_MS)
})
