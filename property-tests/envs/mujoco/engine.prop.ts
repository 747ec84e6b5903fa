/** Laws of the engine adapter: views that survive a growing memory, independent simulations, complete states. */
import { beforeAll, expect, test } from 'vitest'
import { compileModel, openEngine, openSimulation, type Model, type Simulation } from '../../../envs/mujoco/engine.ts'
import { hopperMjcf } from '../../../envs/mujoco/models/hopper.ts'

let model: Model
beforeAll(async () => {
  model = compileModel(await openEngine(), 'Hopper', hopperMjcf)
})

/** Drops the hopper to the floor: contacts, limits and a warm start that matters. */
const fall = (simulation: Simulation, steps: number): void => {
  simulation.refresh()
  simulation.views.ctrl.fill(0.5)
  for (let i = 0; i < steps; i++) simulation.integrate()
}

test('the engine is loaded once', async () => {
  expect(await openEngine()).toBe(await openEngine())
})

test('views are detached when the memory grows, and refresh takes them again with the state intact', () => {
  const first = openSimulation(model)
  fall(first, 100)
  const before = first.views.qpos
  const values = before.slice()
  const crowd: Simulation[] = []
  // Memory starts with 16 MB; each simulation takes about half a megabyte.
  while (before.length > 0 && crowd.length < 400) crowd.push(openSimulation(model))
  expect(before).toHaveLength(0)
  first.refresh()
  expect(first.views.qpos).toEqual(values)
  first.views.qpos[0] = 3
  expect(first.data.qpos[0]).toBe(3)
  crowd.forEach((each) => each.close())
  first.close()
})

test('a state continues bit for bit on another simulation, whatever that did before', () => {
  const [original, other] = [openSimulation(model), openSimulation(model)]
  const state = new Float64Array(original.stateSize)
  const [a, b] = [state.slice(), state.slice()]
  fall(original, 300)
  original.save(state)
  fall(other, 37)
  other.views.qvel.fill(NaN)
  other.integrate()
  other.restore(state)
  for (const each of [original, other]) fall(each, 200)
  original.save(a)
  other.save(b)
  expect(b).toEqual(a)
  original.close()
  other.close()
})

test('a diverged state is noticed, not reset by the engine, and cleared on request', () => {
  const simulation = openSimulation(model)
  expect(simulation.healthy()).toBe(true)
  simulation.views.qvel[2] = NaN
  simulation.integrate()
  expect(simulation.healthy()).toBe(false)
  simulation.clear()
  simulation.forward()
  expect(simulation.healthy()).toBe(true)
  simulation.views.qvel[2] = 1.1e10
  expect(simulation.healthy()).toBe(false)
  simulation.close()
})

test('a hundred simulations opened and closed one after the other take the memory of one', () => {
  const witness = openSimulation(model)
  const { qpos } = witness.views
  const { byteLength } = qpos.buffer
  for (let i = 0; i < 100; i++) openSimulation(model).close()
  expect(qpos).toHaveLength(6)
  expect(qpos.buffer.byteLength).toBe(byteLength)
  witness.close()
})
