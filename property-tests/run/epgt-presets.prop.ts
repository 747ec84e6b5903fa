import { describe, expect, it } from 'vitest'
import { envEntries } from '../../envs/index.ts'
import { epgtCode, epgtDefaults } from '../../src/outer/epgt-settings.ts'
import { learnerOf, resolveConfig, type RunConfig } from '../../src/run/config.ts'
import type { Grid } from '../../src/run/grid-schema.ts'
import { gridOf } from '../../src/run/grid-schema.ts'
import { presets } from '../../src/run/presets.ts'
import { registry } from './config-samples.ts'

const resolved = (name: string): RunConfig => {
  const config = resolveConfig(presets.find((preset) => preset.name === name)?.config, { ...registry, envs: envEntries })
  if (config._tag === 'Left') throw new Error(JSON.stringify(config.left))
  return config.right
}

const gridOfPreset = (name: string) => {
  const config = resolved(name)
  const { entry, settings } = learnerOf(registry, config.learner)
  return gridOf(config.outer.grid as Grid, entry.facts(settings))
}

describe('the presets of EPGT', () => {
  it.each([
    ['epgt-mcc', 7, 4.375e-5, 1.12e-2], // the ends of the published range are 4e-5 and 1e-2
    ['epgt-mcc-code', 7, 4.375e-5, 1.12e-2],
    ['epgt-walker', 7, 2.8e-4, 1.75e-3], // published: 2.8e-4 and 1.8e-3
  ])('%s chooses from %i learning rates from %f to %f', (name, size, low, high) => {
    const grid = gridOfPreset(name)
    const values = [...grid.valuesOf(0, { steps: 0, envSteps: 0 })].sort((a, b) => a - b)
    expect([grid.names, grid.size]).toEqual([['learningRate'], size])
    expect(values[0]).toBeCloseTo(low, 12) // a rounded quotient
    expect(values[size - 1]).toBeCloseTo(high, 12)
  })

  it('epgt-mujoco chooses from 225 joint actions', () => {
    const grid = gridOfPreset('epgt-mujoco')
    expect([grid.names, grid.sizes, grid.size]).toEqual([['clipEps', 'gaeLambda', 'learningRate', 'minibatches'], [5, 5, 3, 3], 225])
    expect(grid.valuesOf(3, { steps: 0, envSteps: 0 })).toEqual([32, 64, 16])
  })

  it("epgt-mcc has the paper's rules, epgt-mcc-code those of the released code; both explore over half of the run", () => {
    const { orders, memory, credit, reward, binding } = epgtDefaults
    expect(resolved('epgt-mcc').outer).toMatchObject({ orders, memory, credit, reward, binding, epsilon: { from: 1, to: 0.01, envSteps: 10_000 } })
    expect(resolved('epgt-mcc-code').outer).toMatchObject(epgtCode)
  })
})
