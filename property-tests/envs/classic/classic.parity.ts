/**
 * Classic control against the reference: single steps from injected states, and short runs.
 *
 * *Source:* `property-tests/fixtures/parity/README.md`. *Deviations:* none.
 */
import { describe, expect, test } from 'vitest'
import { classicEntries } from '../../../envs/classic/index.ts'
import type { Env } from '../../../src/core/env.ts'
import type { EpisodeState } from '../../../src/core/pure-env.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { sizeOf } from '../../../src/core/space.ts'
import { expectClose, parityFile } from '../parity-file.ts'

type Action = number | readonly number[]
type Fixture = Readonly<{
  tolerance: Readonly<{ state: number; rollout_state: number; obs: number; reward: number }>
  model: Readonly<{ horizon: number; action_low?: readonly number[]; action_high?: readonly number[] }>
  reset: Readonly<{ n: number; state: Readonly<{ mean: readonly number[]; std: readonly number[]; min: readonly number[]; max: readonly number[] }> }>
  one_step: readonly Readonly<{ state: number[]; action: Action; next_state: number[]; next_obs: number[]; reward: number; terminated: boolean }>[]
  rollouts: readonly Readonly<{ state0: number[]; actions: Action[]; state: number[][]; obs: number[][]; reward: number[]; terminated: boolean[] }>[]
}>
type State = EpisodeState<Float64Array>

const vector = (action: Action): Float64Array => Float64Array.from(typeof action === 'number' ? [action] : action)
const fresh = (state: readonly number[]): State => ({ inner: Float64Array.from(state), elapsed: 0, terminated: false })
const key = rootKey('classic parity')

describe.each(classicEntries.map((entry) => [entry.id, entry] as const))('%s', (id, entry) => {
  const fixture = parityFile<Fixture>(id)
  const { tolerance } = fixture
  const opened = entry.open({}) as Promise<Env<State>>

  test('time limit and action bounds', async () => {
    const { spec } = await opened
    expect(spec.timeLimit).toBe(fixture.model.horizon)
    if (spec.actionSpace.kind === 'box') {
      expect(spec.actionSpace.low).toEqual(fixture.model.action_low)
      expect(spec.actionSpace.high).toEqual(fixture.model.action_high)
    }
  })

  test('one step', async () => {
    const env = await opened
    for (const [i, each] of fixture.one_step.entries()) {
      const next = env.step(key, fresh(each.state), vector(each.action))
      expectClose(`case ${i}: state`, next.state.inner, each.next_state, tolerance.state)
      expectClose(`case ${i}: obs`, next.obs, each.next_obs, tolerance.obs)
      expectClose(`case ${i}: reward`, [next.reward], [each.reward], tolerance.reward)
      expect(next.terminated, `case ${i}: terminated`).toBe(each.terminated)
    }
  })

  test('runs', async () => {
    const env = await opened
    for (const [i, each] of fixture.rollouts.entries()) {
      let state = fresh(each.state0)
      each.actions.forEach((action, t) => {
        const next = env.step(key, state, vector(action))
        expectClose(`run ${i}, step ${t}: state`, next.state.inner, each.state[t], tolerance.rollout_state)
        expectClose(`run ${i}, step ${t}: obs`, next.obs, each.obs[t], tolerance.obs)
        expectClose(`run ${i}, step ${t}: reward`, [next.reward], [each.reward[t]], tolerance.reward)
        expect(next.terminated, `run ${i}, step ${t}: terminated`).toBe(each.terminated[t])
        state = next.state
      })
    }
  })

  test('distribution of the start', async () => {
    const env = await opened
    const n = 2000
    const { mean, std, min, max } = fixture.reset.state
    const starts = Array.from({ length: n }, (_, i) => env.reset(foldIn(key, i)).state.inner)
    for (let d = 0; d < mean.length; d++) {
      const values = starts.map((start) => start[d])
      const average = values.reduce((sum, x) => sum + x, 0) / n
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - average) * (x - average), 0) / n)
      // two samples of a uniform law: means within 5 standard errors, deviations within 10 % of each other, bounds nearly reached
      expect(Math.abs(average - mean[d])).toBeLessThanOrEqual(5 * std[d] * Math.sqrt(1 / n + 1 / fixture.reset.n))
      expect(Math.abs(deviation - std[d])).toBeLessThanOrEqual(0.1 * std[d])
      const slack = 0.05 * (max[d] - min[d])
      expect(Math.min(...values)).toBeGreaterThanOrEqual(min[d] - slack)
      expect(Math.max(...values)).toBeLessThanOrEqual(max[d] + slack)
    }
  })

  test('the state is as long as the fixture says', async () => {
    const env = await opened
    expect(env.reset(key).obs.length).toBe(sizeOf(env.spec.observationSpace))
    expect(env.reset(key).state.inner.length).toBe(fixture.one_step[0].state.length)
  })
})
