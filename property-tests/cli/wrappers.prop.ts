/** Wrappers named in a config, one of them a user's own: the same on every side, in the list, and in the messages. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bilevel, digestOf, requireBuild, workshop } from './program.ts'

const MODULE = fileURLToPath(new URL('./modules/halved-reward.mjs', import.meta.url))

describe('wrappers on the command line', () => {
  const place = workshop()
  const config = (wrappers: string): string => `modules: [${JSON.stringify(MODULE)}]
task: { kind: env, env: { id: Pendulum-v1${wrappers} }, policy: { hidden: [4] } }
learner: { kind: vanilla-es, popsize: 4 }
outer: { kind: fixed }
budget: { steps: 2 }
`
  beforeAll(() => {
    requireBuild()
    writeFileSync(place.at('wrapped.yaml'), config(', wrappers: [{ kind: time-limit, steps: 30 }, { kind: rescale-action }, { kind: halved-reward, by: 4 }]'))
    writeFileSync(place.at('wrong.yaml'), config(', wrappers: [{ kind: time-limit, step: 30 }, { kind: halved-rewards }, { kind: halved-reward, by: 0 }]'))
    writeFileSync(place.at('misfit.yaml'), config(', wrappers: [{ kind: time-limit, steps: 300 }]'))
  })
  afterAll(() => place.remove())

  test('a run is the same with any number of workers, is verified, and counts the steps of the shortened episodes', async () => {
    for (const workers of ['0', '2']) {
      const trained = await bilevel(place.path, 'train', 'wrapped.yaml', '--out', `run${workers}`, '--workers', workers)
      expect(trained.code, trained.err).toBe(0)
    }
    expect(digestOf(place.at('run2'))).toBe(digestOf(place.at('run0')))
    expect((await bilevel(place.path, 'verify', 'run0')).code).toBe(0)
    // 4 candidates and one unperturbed policy, two steps of the learner, 30 steps each
    expect(readFileSync(place.at('run0/events.jsonl'), 'utf8')).toContain(`"total":${2 * 5 * 30}`)
    const { task } = (JSON.parse(readFileSync(place.at('run0/manifest.json'), 'utf8')) as { config: { task: { env: { wrappers: unknown } } } }).config
    expect(task.env.wrappers).toEqual([{ kind: 'time-limit', steps: 30 }, { kind: 'rescale-action', low: -1, high: 1 }, { kind: 'halved-reward', by: 4 }])
  })

  test('what is wrong with them is told at once, by line, with the nearest name', async () => {
    const { code, err } = await bilevel(place.path, 'train', 'wrong.yaml', '--out', 'none')
    expect(code).toBe(2)
    for (const text of ['task.env.wrappers.0.step (line 2)', 'did you mean "steps"?', 'did you mean "halved-reward"?', 'task.env.wrappers.2.by (line 2): expected anything but 0']) expect(err).toContain(text)
  })

  test('what does not fit the environment is refused before anything is written', async () => {
    const { code, err } = await bilevel(place.path, 'train', 'misfit.yaml', '--out', 'none')
    expect([code, err]).toEqual([2, expect.stringContaining('time-limit.steps: expected at most 200, where Pendulum-v1 ends by itself, received 300')])
  })

  test('are listed', async () => {
    const { out } = await bilevel(place.path, 'list', '--module', MODULE)
    for (const kind of ['wrappers', 'time-limit', 'clip-action', 'rescale-action', 'frame-stack', 'normalise-observation', 'normalise-reward', 'halved-reward']) expect(out).toContain(kind)
  })
})
