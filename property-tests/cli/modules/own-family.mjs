// A user's module for tests: a slide to a goal that is not seen, with a family of goals, and a family some of whose tasks cannot be opened.
import { box, entryFamily, pureEnv, uniform, vectorCodec } from '../../../dist/src/index.js'

const slide = (id) => {
  const about = { id, title: 'A slide to a goal', source: 'own-family.mjs' }
  const spec = {
    ...about, timeLimit: 6, rewardThreshold: null, dt: null,
    observations: [{ name: 'place', unit: '1', low: -Infinity, high: Infinity }], observationSpace: box([-Infinity], [Infinity]),
    actions: [{ name: 'move', unit: '1', low: -1, high: 1 }], actionSpace: box([-1], [1]),
  }
  const open = async ({ goal = 0 }) => {
    if (goal > 2) throw new RangeError(`${id}: option "goal" must be at most 2, received ${goal}`)
    return pureEnv({
      spec,
      ...vectorCodec(1),
      reset: () => ({ state: Float64Array.of(0), obs: Float64Array.of(0) }),
      step: (key, [x], [move]) => ({ state: Float64Array.of(x + move), obs: Float64Array.of(x + move), reward: -Math.abs(x + move - goal), terminated: false }),
    })
  }
  return { ...about, options: { goal: 0 }, open }
}

const sound = slide('Slide-v0')
const broken = slide('BrokenSlide-v0')

export const bilevel = {
  envs: [sound, broken],
  families: [entryFamily(sound, (key) => ({ goal: 2 * uniform(key) })), entryFamily(broken, () => ({ goal: 3 }))],
}
