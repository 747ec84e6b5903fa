/**
 * Navigation in the plane: a point that moves by its actions is to come to a goal that it does not see.
 *
 *     x ← x + clip(a, ±0.1),   reward −|x − g|²  after the move,   g ~ U(±0.5)²,   over within 0.01 of the goal
 *
 * The cheapest family of tasks: what a method learns here in seconds takes hours on a robot.
 *
 * *Source:* Finn, Abbeel and Levine 2017, arXiv 1703.03400, section 5.3 ("2D navigation"). *Deviations:* none.
 */
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec } from '../../src/core/env.ts'
import { inPlaceEnv } from '../../src/core/in-place-env.ts'
import type { Key } from '../../src/core/key.ts'
import type { Picture } from '../../src/core/picture.ts'
import { uniforms } from '../../src/core/rng.ts'
import { box } from '../../src/core/space.ts'
import type { TaskValue } from '../../src/core/task-family.ts'

const id = 'navigation'
const title = 'Point in the plane that comes to a given goal'
const source = 'Finn, Abbeel and Levine 2017, arXiv 1703.03400'
const stride = 0.1
const nearness = 0.01
const farthestGoal = 0.5

const specWith = (timeLimit: number): EnvSpec => ({
  id,
  title,
  source,
  observationSpace: box([-Infinity, -Infinity], [Infinity, Infinity]),
  actionSpace: box([-stride, -stride], [stride, stride]),
  observations: ['x', 'y'].map((axis) => ({ name: `${axis} of the point`, unit: '1', low: -Infinity, high: Infinity })),
  actions: ['x', 'y'].map((axis) => ({ name: `move along ${axis}`, unit: '1', low: -stride, high: stride })),
  timeLimit,
  rewardThreshold: null,
  dt: null,
})

/** Half of the square that is drawn while the point is near its start, and how much wider than its way it is beyond. */
const reach = 0.75
const wider = 1.2

const options = { goalX: 0.3, goalY: -0.4, timeLimit: 100 }

const pictureOf = (goalX: number, goalY: number, x: number, y: number): Picture => {
  const half = Math.max(reach, ...[x, y, goalX, goalY].map((place) => wider * Math.abs(place)))
  return {
    views: [
      {
        title: '',
        bounds: { left: -half, right: half, bottom: -half, top: half },
        ruler: { kind: 'floor', every: half > 3 ? 2 : 0.5, unit: '' },
        scenery: [{ kind: 'circle', centre: [goalX, goalY], radius: 0.06 * half, tone: 'goal' }],
        shapes: [{ kind: 'circle', centre: [x, y], radius: 0.04 * half, tone: 'body' }],
      },
    ],
  }
}

const clipped = (move: number): number => Math.max(-stride, Math.min(stride, move))

export const navigation: EnvEntry = {
  id,
  title,
  source,
  options,
  open: async (given) => {
    const { goalX, goalY, timeLimit } = resolveOptions(id, options, given)
    return inPlaceEnv({
      spec: specWith(checkTimeLimit(id, timeLimit)),
      size: 2,
      reset(_, state) {
        state.fill(0)
      },
      step(_, state, action, verdict) {
        state[0] += clipped(action[0])
        state[1] += clipped(action[1])
        const [dx, dy] = [state[0] - goalX, state[1] - goalY]
        const squared = dx * dx + dy * dy
        verdict.reward = -squared
        verdict.terminated = squared < nearness * nearness
      },
      observe(state, obs) {
        obs.set(state)
      },
      picture: ([x, y]) => pictureOf(goalX, goalY, x, y),
    })
  },
}

/** A goal anywhere in the square of ±0.5. */
export const drawnGoal = (key: Key): TaskValue => {
  const [goalX, goalY] = uniforms(key, 2).map((u) => farthestGoal * (2 * u - 1))
  return { goalX, goalY }
}
