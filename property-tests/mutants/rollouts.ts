/** Rollouts that are wrong in ways that training would hide. */
import type { LiveEnv } from '../../src/core/env.ts'
import type { RolloutJob, RolloutOutcome } from '../../src/core/job.ts'
import { foldIn } from '../../src/core/rng.ts'
import type { CompiledPolicy } from '../../src/nn/policy.ts'
import { runRollout } from '../../src/rl/rollout.ts'
import type { RolloutScene } from '../laws/rollout.ts'

export type Scene = RolloutScene & Readonly<{ compile(): CompiledPolicy }>

type Broken = (lives: readonly LiveEnv[], scene: Scene, job: RolloutJob) => RolloutOutcome

const right: Broken = (lives, scene, job) => runRollout(lives, scene.compile(), scene.parameters, job)

export const brokenRollouts: Readonly<Record<string, Broken>> = {
  'one that starts every environment anew': (lives, scene, job) => right(lives, scene, { ...job, slots: job.slots.map((slot) => ({ ...slot, env: null })) }),
  'one that gives all environments one key': (lives, scene, job) => {
    const alone = job.slots.map((slot, i) => right([lives[i]], scene, { ...job, slots: [slot] }))
    return { ...right(lives, scene, job), slots: alone.flatMap(({ slots }) => slots) }
  },
  'one that acts without noise': (lives, scene, job) => {
    const policy = scene.compile()
    return runRollout(lives, { ...policy, answer: (obs, _noise, answer) => policy.answer(obs, null, answer) }, scene.parameters, job)
  },
  'one that tells what the environment got instead of what the policy answered': (lives, scene, job) => {
    const policy = scene.compile()
    return runRollout(lives, { ...policy, answer: (obs, noise, answer) => policy.act(obs, noise, answer) }, scene.parameters, job)
  },
  'one that forgets the return so far': (lives, scene, job) =>
    right(lives, scene, { ...job, slots: job.slots.map((slot) => ({ ...slot, discountedReturn: slot.discountedReturn + 1 })) }),
  'one that divides rewards twice': (lives, scene, job) => {
    const outcome = right(lives, scene, job)
    return { ...outcome, rewards: outcome.rewards.map((reward) => reward / 2) }
  },
  'one that answers all statistics': (lives, scene, job) => {
    const outcome = right(lives, scene, job)
    return { ...outcome, obsMoments: outcome.obsMoments === null ? null : outcome.obsMoments.map((value, i) => (i === 0 ? value * 2 : value)) }
  },
  'one that writes into the job': (lives, scene, job) => {
    job.obsMoments?.fill(1)
    return right(lives, scene, job)
  },
  'one that takes another key': (lives, scene, job) => right(lives, scene, { ...job, key: foldIn(job.key, 0) }),
}
