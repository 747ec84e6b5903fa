/**
 * What the command line says to a user who errs, and the exit codes that it promises.
 *
 * *Source:* the table in `src/cli/failure.ts`. *Deviations:* none.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bilevel, requireBuild, start, VALLEY, workshop } from './program.ts'

const shop = workshop()
const run = (...args: readonly string[]) => bilevel(shop.path, ...args)

beforeAll(() => {
  requireBuild()
  writeFileSync(
    shop.at('typo.yaml'),
    `task: { kind: env, env: { id: Pendulum-v2 } }
learner: { kind: vanilla-es, popsiz: 8 }
outer: { kind: fixd }
budget: { steps: -3 }
`,
  )
  writeFileSync(shop.at('broken.yaml'), 'task: [1, 2\n')
  writeFileSync(shop.at('module.yaml'), 'modules: [./nowhere.mjs]\n')
  writeFileSync(
    shop.at('valley.yaml'),
    `modules: [${JSON.stringify(VALLEY)}]
task: { kind: problem, problem: { id: valley, options: { trouble: invariant, at: 2 } } }
learner: { kind: vanilla-es, popsize: 8 }
outer: { kind: fixed }
budget: { steps: 5 }
`,
  )
})

afterAll(shop.remove)

describe('usage', () => {
  test('unknown commands, options and presets get the nearest name and exit code 2', async () => {
    const command = await run('trian')
    expect([command.code, command.err]).toEqual([2, expect.stringContaining('train')])
    const option = await run('train', 'quickstart', '--sed', '1')
    expect([option.code, option.err]).toEqual([2, expect.stringContaining('--seed')])
    const preset = await run('train', 'quikstart')
    expect([preset.code, preset.err]).toEqual([2, expect.stringContaining("did you mean 'quickstart'?")])
    const workers = await run('train', 'quickstart', '--workers', 'many')
    expect([workers.code, workers.err]).toEqual([2, expect.stringContaining('integer')])
    expect(existsSync(shop.at('runs'))).toBe(false)
  })

  test('all problems of a config are told at once, with hints, and no directory is left behind', async () => {
    const { code, out, err } = await run('train', 'typo.yaml', '--out', 'nothing', '--set', 'checkpoint.every=0')
    expect(code).toBe(2)
    expect(out).toBe('')
    for (const hint of ['Pendulum-v1', 'popsize', 'fixed', 'budget.steps', 'checkpoint.every']) expect(err).toContain(hint)
    expect(readdirSync(shop.path).sort()).toEqual(['broken.yaml', 'module.yaml', 'typo.yaml', 'valley.yaml'])
  })

  test('a file that is no YAML is refused by its line; a module that is not there is named', async () => {
    const broken = await run('train', 'broken.yaml')
    expect([broken.code, broken.err]).toEqual([2, expect.stringMatching(/broken\.yaml.*\n.*line \d/)])
    const missing = await run('train', 'module.yaml')
    expect([missing.code, missing.err]).toEqual([4, expect.stringContaining('nowhere.mjs')])
  })

  test('help documents the exit codes and ends with 0', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    for (const number of ['0', '1', '2', '3', '4', '5', '130']) expect(out).toMatch(new RegExp(`^  ${number} +\\S`, 'm'))
  })

  test('what exists is not overwritten, and what is no run is not continued', async () => {
    mkdirSync(shop.at('full'))
    const existing = await run('train', 'quickstart', '--out', 'full')
    expect([existing.code, existing.err]).toEqual([3, expect.stringContaining('not overwritten')])
    for (const command of ['resume', 'verify', 'eval', 'report', 'replay']) {
      const refused = await run(command, 'full')
      expect([command, refused.code, refused.err]).toEqual([command, 3, expect.stringContaining('manifest.json')])
    }
    expect(readdirSync(shop.at('full'))).toEqual([])
  })

  test('list names every kind of thing; schema is JSON', async () => {
    const { code, out } = await run('list')
    expect(code).toBe(0)
    for (const name of ['vanilla-es', 'fixed', 'schedule', 'bierl-pm', 'Pendulum-v1', 'HalfCheetah-v5', 'quickstart', '2308.01207']) expect(out).toContain(name)
    const schema = await run('schema', '--module', VALLEY)
    expect(JSON.stringify(JSON.parse(schema.out))).toContain('valley')
  })

  test('a reader that goes away is no error', async () => {
    const running = start(shop.path, ['schema'])
    running.child.stdout?.destroy()
    const { code, err } = await running.ended
    expect([code, err]).toEqual([0, ''])
  })

  test('an invariant violation in a worker comes out with seed, step and a code of its own', async () => {
    for (const workers of ['0', '2']) {
      const { code, err } = await run('train', 'valley.yaml', '--seed', 'seven', '--out', `rogue${workers}`, '--workers', workers)
      expect([code, err]).toEqual([5, expect.stringContaining('(seed "seven", step 2): two and two make five')])
    }
  })
})
