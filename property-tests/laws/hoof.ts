/**
 * Laws of HOOF, on a made-up batch: a candidate at distance x = |θ_α − θ| has the estimate `worth`(x) and the divergence x². Each is a named
 * function that throws on violation.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import type { HoofSettings, HoofState } from '../../src/outer/hoof.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'

export type MakeHoof = (settings: Partial<HoofSettings>) => Scheduler<HoofState, PolicyGradientContext, HyperRecord>
export type HoofLaw = Readonly<{ name: string; check: (make: MakeHoof) => void }>

const start = Float64Array.of(1, -2, 0.5, 3)
const direction = Float64Array.of(3, 0, 4, 0) // |d| = 5

/** Before an update, on a batch whose steps go along `direction` (times 1 + 10 · entropyCoef). */
export const batchContext = (worth: (distance: number) => number): PolicyGradientContext => {
  const distanceOf = (candidate: Float64Array): number => Math.sqrt(candidate.reduce((sum, p, i) => sum + (p - start[i]) * (p - start[i]), 0))
  const shown = {
    next: 'update',
    phaseUpdates: 0,
    parameters: start,
    batch: {
      candidate: (_key: unknown, { learningRate, entropyCoef }: HyperRecord) => start.map((p, i) => p + learningRate * (1 + 10 * (entropyCoef ?? 0)) * direction[i]),
      offPolicyValue: (candidate: Float64Array) => ({ estimate: worth(distanceOf(candidate)), kl: distanceOf(candidate) * distanceOf(candidate) }),
      policyGradient: () => start,
    },
  }
  return shown as unknown as PolicyGradientContext // what the method reads
}

type Turn = Readonly<{ hyper: HyperRecord; before: HoofState; after: HoofState; distance: number }>

const turns = (make: MakeHoof, settings: Partial<HoofSettings>, worth: (distance: number) => number, count: number): readonly Turn[] => {
  const scheduler = make(settings)
  let state = scheduler.init(rootKey('hoof'))
  return Array.from({ length: count }, (_, i) => {
    const before = state
    const [proposal, after] = scheduler.propose(foldIn(rootKey('turns'), i), before, i, [batchContext(worth)])
    if (proposal.kind !== 'use') throw new Error('it proposes values')
    state = after
    return { hyper: proposal.hyper, before, after, distance: 5 * proposal.hyper.learningRate * (1 + 10 * proposal.hyper.entropyCoef) }
  })
}

const rising = (distance: number): number => distance

export const hoofLaws: readonly HoofLaw[] = [
  {
    name: 'the choice obeys the KL bound, and its divergence is the recorded one',
    check: (make) => {
      // every rate up to 0.01 is a distance up to 0.05: divergences up to 0.0025
      turns(make, { klBound: 0.001 }, rising, 20).forEach(({ after, distance }) => {
        ok(after.kl < 0.001, `KL ${after.kl} beyond the bound`)
        ok(Math.abs(distance * distance - after.kl) < 1e-12) // the same number by another order of roundings
      })
    },
  },
  {
    name: 'the choice has the greatest estimate within the bound: close to the bound where farther is better, close to nothing where it is worse',
    check: (make) => {
      // 100 uniform rates: the best within the bound is nearer than a tenth of the range except with chance 0.9^60
      turns(make, { klBound: 0.001, shrink: 1 }, rising, 20).forEach(({ distance }) => ok(distance > Math.sqrt(0.001) - 0.005, `a distance of ${distance}`))
      turns(make, { klBound: 0.001, shrink: 1 }, (distance) => -distance, 20).forEach(({ distance }) => ok(distance < 0.005, `a distance of ${distance}`))
    },
  },
  {
    name: 'the upper end shrinks by 0.8 where more than 80 % of the candidates are too far, and grows by 1.25 where none is',
    check: (make) => {
      const far = turns(make, { klBound: 1e-8 }, rising, 3) // distances up to 1e-4, a rate of 2e-5: 0.2 % of the range
      far.forEach(({ before, after }) => deepStrictEqual(after.upper, 0.8 * before.upper))
      const near = turns(make, { klBound: 1 }, rising, 3)
      near.forEach(({ before, after }) => deepStrictEqual(after.upper, 1.25 * before.upper))
      const some = turns(make, { klBound: 0.00125 }, rising, 1)[0] // a distance of 0.035 of 0.05: about 30 % too far
      ok(some.after.broken > 0.1 && some.after.broken < 0.6)
      deepStrictEqual(some.after.upper, some.before.upper)
    },
  },
  {
    name: 'it finds the rate where the policy is best, and follows the range',
    check: (make) => {
      const worth = (distance: number): number => -Math.abs(distance - 0.2) // a rate of 0.04, four times the first upper end
      const last = turns(make, { klBound: 1 }, worth, 30).at(-1)
      ok(last !== undefined && Math.abs(last.distance - 0.2) < 0.05, `a distance of ${last?.distance}`)
    },
  },
  {
    name: 'where every candidate is too far the first one is taken, and a batch without a finite estimate breaks nothing',
    check: (make) => {
      const [only] = turns(make, { klBound: 1e-300 }, rising, 1)
      ok(only.hyper.learningRate > 0 && only.after.broken === 1)
      const alone = turns(make, { klBound: 1e-300, samples: 1 }, rising, 1)[0]
      deepStrictEqual(only.hyper.learningRate, alone.hyper.learningRate) // draws begin alike whatever their number
      turns(make, {}, () => Number.NaN, 5).forEach(({ hyper }) => ok(Number.isFinite(hyper.learningRate)))
    },
  },
  {
    name: 'entropy coefficients are tried together with the rates',
    check: (make) => {
      const entropy = { low: 0, high: 0.2, samples: 8 }
      const tried = turns(make, { entropy, klBound: 1, grow: 1 }, rising, 5)
      tried.forEach(({ hyper, after, distance }) => {
        ok(hyper.entropyCoef > 0.1, `an entropy coefficient of ${hyper.entropyCoef} where farther is better`)
        ok(Math.abs(after.estimate - distance) < 1e-12) // the same number by another order of roundings
      })
    },
  },
]
