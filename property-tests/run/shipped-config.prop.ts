/** What comes with the package has names of its own, and configs of it resolve. */
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { envEntries, problemEntries, taskFamilies } from '../../envs/index.ts'
import { configJsonSchema, resolveConfig } from '../../src/run/config.ts'
import { canonicalJson } from '../../src/run/plain-data.ts'
import { presets } from '../../src/run/presets.ts'
import type { Registry } from '../../src/run/registry.ts'
import { problemsOf, registry } from './config-samples.ts'

describe('what comes with the package', () => {
  const shipped: Registry = { ...registry, envs: envEntries, problems: problemEntries }

  test('a meta-learner needs an environment with a family of tasks, also in a comparison', () => {
    const families: Registry = { ...shipped, families: taskFamilies }
    const run = (id: string, learner: object, more: object = {}) => ({ task: { kind: 'env', env: { id } }, learner, outer: { kind: 'fixed' }, budget: { steps: 1 }, ...more })
    expect(problemsOf(run('cheetah-dir', { kind: 'es-meta-rl' }), families)).toEqual([])
    expect(problemsOf(run('HalfCheetah-v5', { kind: 'es-meta-rl' }), families)).toMatchObject([
      { path: 'task.env.id', expected: 'an environment with a family of tasks, for "es-meta-rl"', received: '"HalfCheetah-v5"', hint: expect.stringContaining('cheetah-vel, ') },
    ])
    const compared = { compare: [{ label: 'meta', outer: { kind: 'fixed' }, learner: { kind: 'es-meta-rl' } }] }
    expect(problemsOf(run('Pendulum-v1', { kind: 'vanilla-es' }, compared), families)).toMatchObject([{ path: 'task.env.id' }])
    expect(problemsOf(run('cheetah-dir', { kind: 'es-meta-rl', workers: 7, sampler: { kind: 'antithetic' }, initialSigma: 3 }), families)).toMatchObject([
      { path: 'learner.workers', received: '7' },
      { path: 'learner.initialSigma', received: '3' },
    ])
  })

  test('entries have names of their own and say what they are', () => {
    for (const list of [shipped.learners, shipped.outers]) {
      expect(new Set(list.map(({ kind }) => kind)).size).toBe(list.length)
      for (const { title, paper, file, line } of list) expect([title, paper, file, line].every((text) => text.length > 0)).toBe(true)
    }
    for (const list of [shipped.envs, shipped.problems]) expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
  })

  test.each(presets.map((preset) => [preset.name, preset] as const))('preset %s resolves, and to the same twice', (_, preset) => {
    expect(problemsOf(preset.config, shipped)).toEqual([])
    const config = resolveConfig(preset.config, shipped)
    expect(config._tag === 'Right' && config.right.name).toBe(preset.name)
    expect(config._tag === 'Right' && resolveConfig(config.right, shipped)).toEqual(config)
  })

  test('the JSON Schema for editors accepts every preset and refuses mistakes', () => {
    const schema = configJsonSchema(shipped) as Parameters<typeof z.fromJSONSchema>[0]
    const check = z.fromJSONSchema(schema)
    for (const { config } of presets) expect(check.safeParse(config).error).toBeUndefined()
    const [{ config }] = presets
    expect(check.safeParse({ ...config, sed: 1 }).success).toBe(false)
    expect(check.safeParse({ ...config, outer: { kind: 'bierl' } }).success).toBe(false)
    expect(check.safeParse({ ...config, learner: { kind: 'vanilla-es', popsize: 'x' } }).success).toBe(false)
    expect(canonicalJson(schema)).toContain('"description":"candidates per generation"')
  })
})
