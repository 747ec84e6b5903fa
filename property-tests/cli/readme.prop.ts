/** The README's examples run as they are printed, in a project that has the package installed. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtIn } from '../../src/cli/registry.ts'
import { bilevel, digestOf, requireBuild, workshop } from './program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(`${root}/README.md`, 'utf8')

/** Code blocks that name a file, by that name. */
const examples = new Map([...readme.matchAll(/```\w+ (\S+)\n([\s\S]*?)```/g)].map(([, name, text]) => [name, text]))

describe('the README', () => {
  const place = workshop()
  beforeAll(() => {
    requireBuild()
    writeFileSync(place.at('package.json'), '{ "name": "a-project" }') // its own, so that nothing around it is taken for the project
    mkdirSync(place.at('node_modules'))
    symlinkSync(root, place.at('node_modules/bilevel'))
    symlinkSync(`${root}/node_modules/zod`, place.at('node_modules/zod'))
    examples.forEach((text, name) => writeFileSync(place.at(name), text))
  })
  afterAll(() => place.remove())

  test('names the files of its examples', () => {
    expect([...examples.keys()]).toEqual(['pole.yaml', 'goals.yaml', 'one-fifth.mjs', 'one-fifth.yaml', 'sled.mjs', 'sled.yaml', 'ant.mjs', 'library.mjs', 'page.mjs'])
    for (const name of ['one-fifth.mjs', 'sled.mjs']) expect(examples.get(name)?.split('\n').length).toBeLessThanOrEqual(36)
  })

  test('shows five outer levels on one learner, all at the same number of env steps', async () => {
    const trained = await bilevel(place.path, 'train', 'pole.yaml', '--out', 'pole', '--workers', '2', '--set', 'budget.envSteps=6144')
    expect(trained.code, trained.err).toBe(0)
    const spent = ['.', 'compare/fixed', 'compare/bandit', 'compare/BiERL-NPM', 'compare/PB2'].map((run) => {
      const lines = readFileSync(place.at(`pole/${run}/events.jsonl`), 'utf8').trim().split('\n')
      return JSON.parse(lines.at(-1) ?? '') as { type: string; envSteps: { total: number } }
    })
    expect(spent.map(({ type }) => type)).toEqual(spent.map(() => 'done'))
    spent.forEach(({ envSteps }) => expect(envSteps.total).toBeGreaterThanOrEqual(6144))
    expect((await bilevel(place.path, 'verify', 'pole', '--workers', '0')).code).toBe(0)
  })

  test('shows a meta-learner that is adapted to new tasks', async () => {
    const trained = await bilevel(place.path, 'train', 'goals.yaml', '--out', 'runs/goals', '--workers', '2', '--set', 'budget.steps=2')
    expect(trained.code, trained.err).toBe(0)
    const { code, out } = await bilevel(place.path, 'adapt', 'runs/goals', '--workers', '2')
    expect(code).toBe(0)
    expect(out).toMatch(/^runs\/goals at step 2: mean return of 40 new tasks, ± 95 %\n {2}before [^\n]*\n {2}after 1 update [^\n]*\n {2}after 2 updates [^\n]*\n {2}after 3 updates /)
  })

  test('shows an outer level of one\'s own that trains, moves sigma, and is verified and replayed', async () => {
    const trained = await bilevel(place.path, 'train', 'one-fifth.yaml', '--out', 'run', '--workers', '2')
    expect(trained.code, trained.err).toBe(0)
    const rows = (JSON.parse(readFileSync(place.at('run/schedule.json'), 'utf8')) as { rows: readonly { hyper: { sigma: number } }[] }).rows
    expect(new Set(rows.map(({ hyper }) => hyper.sigma)).size).toBeGreaterThan(2)
    expect((await bilevel(place.path, 'verify', 'run')).code).toBe(0)
    expect((await bilevel(place.path, 'train', 'run/manifest.json', '--out', 'again', '--workers', '0')).code).toBe(0)
    expect(digestOf(place.at('again'))).toBe(digestOf(place.at('run')))
  })

  test('shows an environment of one\'s own that keeps the laws, trains, and is verified', async () => {
    const checked = await bilevel(place.path, 'check', 'sled.mjs')
    expect([checked.code, checked.err]).toEqual([0, ''])
    expect(checked.out).toMatch(/^Sled-v0 keeps all \d+ laws of environments\n/)
    // no law is broken; one could not be tried, as no episode of the sled ends before its time
    expect(checked.out).not.toContain('error')
    const trained = await bilevel(place.path, 'train', 'sled.yaml', '--out', 'sled', '--workers', '2')
    expect(trained.code, trained.err).toBe(0)
    expect((await bilevel(place.path, 'verify', 'sled', '--workers', '0')).code).toBe(0)
    expect((await bilevel(place.path, 'list', '--module', './sled.mjs')).out).toContain('A sled on ice')
  })

  test('shows how a state is drawn', () => {
    const ran = spawnSync(process.execPath, ['ant.mjs'], { cwd: place.path, encoding: 'utf8' })
    expect([ran.status, ran.stderr]).toEqual([0, ''])
    expect(readFileSync(place.at('ant.svg'), 'utf8')).toMatch(/^<svg xmlns.*>Ant-v5<\/text>.*>side<\/text>.*>top<\/text>/s)
  })

  test('shows a library call that runs', () => {
    const ran = spawnSync(process.execPath, ['library.mjs'], { cwd: place.path, encoding: 'utf8' })
    expect(ran.stderr).toBe('')
    const returns = ran.stdout.trim().split('\n').map((line) => Number(line.split(' ')[1]))
    expect(returns).toHaveLength(20)
    expect(returns.at(-1)).toBeGreaterThan(returns[0])
  })

  test('lists every learner and outer level with the file it lies in, and every command', async () => {
    for (const { file } of [...builtIn.learners, ...builtIn.outers]) expect(readme).toContain(`](${file})`)
    const help = (await bilevel(place.path, '--help')).out
    for (const command of ['train', 'resume', 'eval', 'adapt', 'report', 'verify', 'replay', 'check', 'list', 'schema']) {
      expect(readme).toContain(`bilevel ${command}`)
      expect(help).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    }
  })

  test('shows a config that is accepted', async () => {
    const config = /```yaml\nname: cheetah\n[\s\S]*?```/.exec(readme)?.[0].replace(/```(yaml)?/g, '') ?? ''
    writeFileSync(place.at('cheetah.yaml'), config)
    const trained = await bilevel(place.path, 'train', 'cheetah.yaml', '--set', 'budget.steps=1', '--set', 'learner.popsize=2', '--workers', '0', '--out', 'cheetah')
    expect(trained.code, trained.err).toBe(0)
  })
})
