/**
 * Bare loops of the classic environments: their arithmetic on one vector of numbers, without observation, reward, end or check.
 *
 * *Source:* house goal for environments. *Deviations:* none.
 */
import { acrobot, rungeKutta } from '../../envs/classic/acrobot.ts'
import { balance, cartPole } from '../../envs/classic/cart-pole.ts'
import { mountainCar, mountainCarContinuous, slide } from '../../envs/classic/mountain-car.ts'
import { pendulum, swing } from '../../envs/classic/pendulum.ts'
import type { Env, EnvEntry } from '../../src/core/env.ts'
import type { EpisodeState } from '../../src/core/pure-env.ts'
import type { Subject } from './env-loops.ts'

type Move = (state: Float64Array, action: number) => void

const moveAcrobot = rungeKutta()

/** Each environment with its arithmetic; numbers are those of the environments. */
const moves: readonly (readonly [EnvEntry, Move])[] = [
  [cartPole, (state, action) => balance(state, action === 1 ? 10 : -10)],
  [mountainCar, (state, action) => slide(state, 0.001 * (action - 1))],
  [mountainCarContinuous, (state, action) => slide(state, 0.0015 * Math.max(-1, Math.min(1, action)), Math.fround)],
  [acrobot, (state, action) => moveAcrobot(state, action - 1, 0.2)],
  [pendulum, (state, action) => swing(state, action)],
]

/** All classic environments as subjects of the bench. */
export const classicSubjects: readonly Subject[] = moves.map(([entry, move]) => ({
  id: entry.id,
  target: null,
  async open() {
    const env = (await entry.open({})) as Env<EpisodeState<Float64Array>>
    return {
      live: env.live(),
      bare: {
        bare({ keyReset, actions }) {
          const start = env.reset(keyReset).state.inner
          const state = start.slice()
          return () => {
            state.set(start)
            for (let t = 0; t < actions.length; t++) move(state, actions[t][0])
          }
        },
      },
      close: () => env.close(),
    }
  },
}))
