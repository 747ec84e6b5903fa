/** The replay memory against a plain list of transitions. */
import { describe, expect, it } from 'vitest'
import type { RolloutOutcome } from '../../src/core/job.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { drawTransitions, emptyReplay, withTransitions } from '../../src/rl/replay.ts'

const root = rootKey('replay')
const sizes = { obsSize: 2, actionSize: 1 }
const ENVS = 2
const STEPS = 5

/** A rollout of two environments with numbers of its own; the first one terminates at step 1, the second one is cut off at step 3. */
const rollout = (label: number): RolloutOutcome => {
  const draw = (use: number, n: number): Float64Array => normals(foldIn(foldIn(root, label), use), n)
  const flags = (at: number): Uint8Array => Uint8Array.from({ length: STEPS * ENVS }, (_, i) => (i === at ? 1 : 0))
  return {
    kind: 'rollout', fitness: 0, envSteps: STEPS * ENVS, rewardSum: 0, discountedSum: 0, unstable: 0,
    obs: draw(0, STEPS * ENVS * 2), actions: draw(1, STEPS * ENVS), rewards: draw(2, STEPS * ENVS),
    terminated: flags(1 * ENVS), truncated: flags(3 * ENVS + 1),
    truncatedEnds: [{ step: 3, slot: 1, obs: Float64Array.of(70 + label, 80) }],
    finalObs: draw(3, ENVS * 2),
    episodeReturns: new Float64Array(0), episodeLengths: new Float64Array(0), obsMoments: null, returnMoments: null,
    slots: Array.from({ length: ENVS }, () => ({ env: null, obs: new Float64Array(2), discountedReturn: 0, episodeReturn: 0, episodeSteps: 0 })),
  }
}

type Row = Readonly<{ obs: readonly number[]; action: number; reward: number; next: readonly number[]; terminated: number }>

/** The transitions of a rollout, by definition. */
const listed = ({ obs, actions, rewards, terminated, truncatedEnds, finalObs }: RolloutOutcome, bound: number): readonly Row[] =>
  Array.from({ length: STEPS * ENVS }, (_, i): Row => {
    const [t, n] = [Math.floor(i / ENVS), i % ENVS]
    const cut = truncatedEnds.find(({ step, slot }) => step === t && slot === n)
    const following = t + 1 < STEPS ? [...obs.subarray(2 * (i + ENVS), 2 * (i + ENVS) + 2)] : [...finalObs.subarray(2 * n, 2 * n + 2)]
    return {
      obs: [...obs.subarray(2 * i, 2 * i + 2)],
      action: Math.min(bound, Math.max(-bound, actions[i])),
      reward: rewards[i],
      next: cut === undefined ? following : [...cut.obs],
      terminated: terminated[i],
    }
  })

const drawnRows = (replay: ReturnType<typeof emptyReplay>, count: number, label = 0): readonly Row[] => {
  const { obs, actions, rewards, nextObs, terminated } = drawTransitions(foldIn(root, 100 + label), replay, sizes, count)
  return Array.from({ length: count }, (_, b) => ({
    obs: [...obs.subarray(2 * b, 2 * b + 2)], action: actions[b], reward: rewards[b], next: [...nextObs.subarray(2 * b, 2 * b + 2)], terminated: terminated[b],
  }))
}

describe('a replay memory', () => {
  it('holds the transitions of its rollouts, the newest of them where it is full', () => {
    let replay = emptyReplay(sizes)
    let rows: readonly Row[] = []
    for (let label = 0; label < 60; label++) {
      const outcome = rollout(label)
      replay = withTransitions(replay, sizes, [outcome], 1, 333)
      rows = [...rows, ...listed(outcome, 1)].slice(-333)
      expect(replay.length).toBe(rows.length)
    }
    const held = new Set(rows.map((row) => JSON.stringify(row)))
    const drawn = drawnRows(replay, 4000).map((row) => JSON.stringify(row))
    expect(drawn.every((row) => held.has(row))).toBe(true)
    expect(new Set(drawn).size).toBe(held.size) // a row is missed by 4000 draws of 333 with chance 6e-6
  })

  it('takes several rollouts at once as one after the other', () => {
    const [a, b] = [rollout(1), rollout(2)]
    const together = withTransitions(emptyReplay(sizes), sizes, [a, b], 1, 15)
    expect(together).toEqual(withTransitions(withTransitions(emptyReplay(sizes), sizes, [a], 1, 15), sizes, [b], 1, 15))
  })

  it('draws each transition with the same chance, and the same ones for the same key', () => {
    const replay = withTransitions(emptyReplay(sizes), sizes, [rollout(3)], 1, 100)
    const counts = new Map<string, number>()
    drawnRows(replay, 20_000).forEach((row) => counts.set(String(row.reward), (counts.get(String(row.reward)) ?? 0) + 1))
    expect(counts.size).toBe(10)
    counts.forEach((count) => expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000 * 0.9))) // five deviations
    expect(drawnRows(replay, 7)).toEqual(drawnRows(replay, 7))
    expect(drawnRows(replay, 7, 1)).not.toEqual(drawnRows(replay, 7))
  })

  it('refuses to draw from nothing', () => expect(() => drawTransitions(root, emptyReplay(sizes), sizes, 1)).toThrow(/no transitions/))

  it('leaves older versions as they were', () => {
    const before = withTransitions(emptyReplay(sizes), sizes, [rollout(4)], 1, 15)
    const kept = structuredClone(before)
    withTransitions(before, sizes, [rollout(5), rollout(6)], 1, 15)
    expect(before).toEqual(kept)
  })
})
