import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { BierlPmSettings } from '../../src/outer/bierl-pm.ts'
import { bierlPm, bierlPmDefaults } from '../../src/outer/bierl-pm.ts'
import type { TrackedProblem } from './tracking.ts'
import { bestFixedError, POPSIZE, ring, signTestLevel, slope, trackingErrors } from './tracking.ts'

const SEEDS = 7
const TIMEOUT_MS = 240_000 // 7 runs of 200 generations: ten seconds on an idle core
const oneStep: BierlPmSettings = { ...bierlPmDefaults, lookAhead: { kind: 'one-step', repeats: 2, episodes: 1 } }

const errorsOn = (subject: TrackedProblem, settings: BierlPmSettings, seeds = SEEDS): Promise<readonly number[]> =>
  trackingErrors(subject, () => bierlPm({ ...settings, tuning: subject.tuning, popsize: POPSIZE, initialParameters: null }, reference), seeds)

describe('BiERL-PM follows a best sigma that moves, better than any constant', () => {
  it('is judged by a sign test at level 1/128', () => expect(signTestLevel(SEEDS)).toBeLessThan(0.01))

  it('by the smoothed return, on the ring', async () => {
    const yardstick = bestFixedError(ring)
    const errors = await errorsOn(ring, bierlPmDefaults)
    errors.forEach((error) => expect(error).toBeLessThan(yardstick))
  }, TIMEOUT_MS)

  it('by the return after one step, on the rippled slope', async () => {
    const yardstick = bestFixedError(slope)
    const errors = await errorsOn(slope, oneStep)
    errors.forEach((error) => expect(error).toBeLessThan(yardstick))
  }, TIMEOUT_MS)

  it('and not where its meta updates are switched off', async () => {
    const [error] = await errorsOn(ring, { ...bierlPmDefaults, metaLearningRate: 0 }, 1)
    expect(error).toBeGreaterThan(0.9 * bestFixedError(ring))
  })
})
