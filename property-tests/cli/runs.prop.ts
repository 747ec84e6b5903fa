/**
 * Runs survive what happens to them: other worker counts, Ctrl-C, kills, crashing workers, damaged files.
 *
 * *Source:* house contract 5 (determinism); the exit codes of `src/cli/failure.ts`. *Deviations:* none.
 */
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foldIn, integer, rootKey } from '../../src/core/rng.ts'
import { eventLines, parseEvents, startMark } from '../../src/run/events.ts'
import { bilevel, digestOf, requireBuild, sizeOfFile, start, until, VALLEY, workshop } from './program.ts'

const shop = workshop()
const run = (...args: readonly string[]) => bilevel(shop.path, ...args)

const PENDULUM = `name: pendulum
seed: 3
task: { kind: env, env: { id: Pendulum-v1 }, policy: { hidden: [8], action: rescale } }
learner: { kind: vanilla-es, popsize: 20 }
outer: { kind: random, interval: 2 }
budget: { steps: 60 }
checkpoint: { every: 7 }
`

const valley = (options: string): string => `name: valley
modules: [${JSON.stringify(VALLEY)}]
task: { kind: problem, problem: { id: valley, options: ${options} } }
learner: { kind: vanilla-es, popsize: 8 }
outer: { kind: random, interval: 3 }
budget: { steps: 10 }
compare: [{ label: still, outer: { kind: fixed } }]
`

const STEPS = 60
let reference = ''

beforeAll(async () => {
  requireBuild()
  writeFileSync(shop.at('pendulum.yaml'), PENDULUM)
  writeFileSync(shop.at('valley.yaml'), valley('{}'))
  const { code, err } = await run('train', 'pendulum.yaml', '--out', 'reference', '--workers', '2')
  if (code !== 0) throw new Error(err)
  reference = digestOf(shop.at('reference'))
})

afterAll(shop.remove)

const stepsIn = (directory: string): number => readFileSync(join(shop.at(directory), 'events.jsonl'), 'utf8').split('"type":"step"').length - 1

describe('the same run', () => {
  test.each(['0', '1', '5'])('has the same digest with %s workers as with 2', async (workers) => {
    const { code, out } = await run('train', 'pendulum.yaml', '--out', `workers${workers}`, '--workers', workers)
    expect(code).toBe(0)
    expect(digestOf(shop.at(`workers${workers}`))).toBe(reference)
    expect(out).toContain(reference)
  })

  test('comes out of its own manifest, and verifies', async () => {
    expect((await run('train', 'reference/manifest.json', '--out', 'again', '--workers', '0')).code).toBe(0)
    expect(digestOf(shop.at('again'))).toBe(reference)
    const verified = await run('verify', 'again', '--workers', '0')
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining(reference)])
  })

  test('with another seed is another run', async () => {
    expect((await run('train', 'pendulum.yaml', '--seed', '4', '--out', 'other', '--workers', '0')).code).toBe(0)
    expect(digestOf(shop.at('other'))).not.toBe(reference)
  })

  test('replayed by its schedule learns the same policy', async () => {
    expect((await run('replay', 'reference', '--out', 'replayed', '--workers', '0')).code).toBe(0)
    const policyOf = (name: string): string => readFileSync(join(shop.at(name), 'events.jsonl'), 'utf8').split('"policyDigest":"')[1].slice(0, 64)
    expect(policyOf('replayed')).toBe(policyOf('reference'))
  })

  test('can be evaluated, the same way each time', async () => {
    const first = await run('eval', 'reference', '--episodes', '5', '--workers', '0')
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('5 episodes')])
    expect((await run('eval', 'reference', '--episodes', '5', '--workers', '2')).out).toBe(first.out)
  })
})

describe('a run of a meta-learner', () => {
  beforeAll(async () => {
    writeFileSync(
      shop.at('navigation.yaml'),
      `name: navigation
task: { kind: env, env: { id: navigation, options: { timeLimit: 10 } }, policy: { hidden: [8] } }
learner: { kind: es-meta-rl, workers: 6, draws: 3, updates: 2, criticHidden: [8] }
outer: { kind: fixed }
budget: { steps: 4 }
`,
    )
    const { code, err } = await run('train', 'navigation.yaml', '--out', 'navigation', '--workers', '2')
    if (code !== 0) throw new Error(err)
  })

  test('has the same digest with other workers', async () => {
    for (const workers of ['0', '1', '3']) {
      await run('train', 'navigation.yaml', '--out', `navigation${workers}`, '--workers', workers)
      expect(digestOf(shop.at(`navigation${workers}`))).toBe(digestOf(shop.at('navigation')))
    }
  })
  test('is adapted to new tasks, the same way each time', async () => {
    const first = await run('adapt', 'navigation', '--tasks', '5', '--workers', '0')
    expect([first.code, first.out]).toEqual([0, expect.stringMatching(/mean return of 5 new tasks.*\n +before +-.* ± .*\n +after 1 update +-.*\n +after 2 updates +-/)])
    expect((await run('adapt', 'navigation', '--tasks', '5', '--workers', '2')).out).toBe(first.out)
    expect((await run('adapt', 'navigation', '--tasks', '5', '--updates', '0')).out).not.toContain('after')
    expect((await run('adapt', 'navigation', '--tasks', '5', '--seed', '9')).out).not.toBe(first.out)
    expect((await run('eval', 'navigation', '--episodes', '2')).err).toContain("'bilevel adapt'")
    expect((await run('eval', 'reference', '--episodes', '2')).err).not.toContain('adapt')
  })
  test('where the learner does not adapt, or tasks are too few, that is said', async () => {
    expect(await run('adapt', 'reference')).toMatchObject({ code: 2, err: expect.stringContaining('vanilla-es does not adapt') })
    expect(await run('adapt', 'navigation', '--tasks', '1')).toMatchObject({ code: 2, err: expect.stringContaining('at least 2') })
  })
})

describe('interruptions', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s writes a checkpoint, ends with 130, and the resumed run is the uninterrupted one', async (signal) => {
    const running = start(shop.path, ['train', 'pendulum.yaml', '--out', signal, '--workers', '2'])
    const log = join(shop.at(signal), 'events.jsonl')
    await until(running, () => sizeOfFile(log) > 3000)
    running.child.kill(signal)
    const { code, err } = await running.ended
    expect(code).toBe(130)
    expect(err).toContain('resume')
    const done = stepsIn(signal)
    expect(done).toBeGreaterThan(0)
    expect(done).toBeLessThan(STEPS)
    expect(readdirSync(join(shop.at(signal), 'checkpoints'))).toContain(`step-${String(done).padStart(8, '0')}.ckpt`)
    const resumed = await run('resume', signal, '--workers', '1')
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringContaining(reference)])
  })

  test('a second Ctrl-C ends the process at once', async () => {
    const running = start(shop.path, ['train', 'pendulum.yaml', '--out', 'twice', '--workers', '0'])
    await until(running, () => sizeOfFile(join(shop.at('twice'), 'events.jsonl')) > 1000)
    running.child.kill('SIGINT')
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect((await run('resume', 'twice', '--workers', '0')).out).toContain(reference)
  })

  test('ten kills at random moments lose nothing', async () => {
    const log = join(shop.at('killed'), 'events.jsonl')
    const whole = sizeOfFile(join(shop.at('reference'), 'events.jsonl'))
    const key = rootKey('kills')
    let killed = 0
    for (let i = 0; i < 10; i++) {
      const running = start(shop.path, i === 0 ? ['train', 'pendulum.yaml', '--out', 'killed', '--workers', '2'] : ['resume', 'killed', '--workers', '2'])
      await until(running, () => existsSync(log))
      await new Promise((resolve) => setTimeout(resolve, 150))
      const before = sizeOfFile(log)
      const target = before + integer(foldIn(key, 2 * i), Math.ceil(whole / 12))
      await until(running, () => sizeOfFile(log) > target)
      await new Promise((resolve) => setTimeout(resolve, integer(foldIn(key, 2 * i + 1), 15)))
      running.child.kill('SIGKILL')
      if ((await running.ended).signal === 'SIGKILL') killed++
    }
    expect(killed).toBeGreaterThanOrEqual(5)
    const resumed = await run('resume', 'killed', '--workers', '2')
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringContaining(reference)])
  }, 240_000)
})

describe('comparisons', () => {
  test('are runs of their own beside the run, and an interrupted set is completed by resume', async () => {
    expect((await run('train', 'valley.yaml', '--out', 'pair', '--workers', '0')).code).toBe(0)
    const still = digestOf(shop.at('pair/compare/still'))
    expect((await run('verify', 'pair', '--workers', '1')).out.trim().split('\n')).toHaveLength(2)
    expect((await run('train', 'valley.yaml', '--set', 'compare=[]', '--out', 'alone', '--workers', '0')).code).toBe(0)
    expect(digestOf(shop.at('alone'))).toBe(digestOf(shop.at('pair')))
    writeFileSync(shop.at('still.yaml'), valley('{}').replace('kind: random, interval: 3', 'kind: fixed').replace(/compare:.*\n/, ''))
    expect((await run('train', 'still.yaml', '--out', 'still', '--workers', '0')).code).toBe(0)
    expect(digestOf(shop.at('still'))).toBe(still)
  })

  test('are begun by resume where they were not begun, and continued where they were not finished', async () => {
    expect((await run('train', 'valley.yaml', '--out', 'part', '--workers', '0')).code).toBe(0)
    const still = shop.at('part/compare/still')
    const digest = digestOf(still)
    rmSync(still, { recursive: true })
    expect((await run('resume', 'part', '--workers', '0')).code).toBe(0)
    expect(digestOf(still)).toBe(digest)
    for (const name of readdirSync(join(still, 'checkpoints'))) rmSync(join(still, 'checkpoints', name))
    expect((await run('resume', 'part', '--workers', '0')).code).toBe(0)
    expect(digestOf(still)).toBe(digest)
    expect(readdirSync(join(still, 'checkpoints'))).toHaveLength(1)
  })
})

describe('crashing workers', () => {
  test('one crash costs a worker, not the run', async () => {
    writeFileSync(shop.at('once.yaml'), valley(`{ trouble: exit, at: 4, marker: ${JSON.stringify(shop.at('once-marker'))} }`))
    const { code } = await run('train', 'once.yaml', '--out', 'once', '--workers', '2')
    expect(code).toBe(0)
    expect(existsSync(shop.at('once-marker'))).toBe(true)
    expect(readFileSync(shop.at('once/telemetry.jsonl'), 'utf8')).toContain('"crashes":1')
    expect((await run('verify', 'once', '--workers', '0')).code).toBe(0)
  })

  test.each(['exit', 'throw'])('a job that fails twice (%s) ends the run with its seed, step and job, and the run can be resumed', async (trouble) => {
    writeFileSync(shop.at(`always-${trouble}.yaml`), valley(`{ trouble: ${trouble}, at: 4 }`))
    const { code, err } = await run('train', `always-${trouble}.yaml`, '--seed', '11', '--out', `always-${trouble}`, '--workers', '2')
    expect(code).toBe(4)
    expect(err).toMatch(/seed 11, step 4: job \d+ failed 2 times/)
    expect(err).toContain("problem 'valley'")
    expect(stepsIn(`always-${trouble}`)).toBe(4)
    expect(readdirSync(shop.at(`always-${trouble}/checkpoints`))).toEqual(['step-00000004.ckpt'])
  })
})

describe('memory', () => {
  test('two workers with a MuJoCo robot stay under 400 MB', async () => {
    writeFileSync(
      shop.at('cheetah.yaml'),
      `task: { kind: env, env: { id: HalfCheetah-v5 } }
learner: { kind: vanilla-es, popsize: 10 }
outer: { kind: fixed }
budget: { steps: 3 }
`,
    )
    expect((await run('train', 'cheetah.yaml', '--out', 'cheetah', '--workers', '2')).code).toBe(0)
    const lines = readFileSync(shop.at('cheetah/telemetry.jsonl'), 'utf8').trimEnd().split('\n').slice(1)
    const peak = Math.max(...lines.map((line) => (JSON.parse(line) as { rssMiB: number }).rssMiB))
    expect(peak * 1.048576).toBeLessThan(400) // MiB to MB
  })
})

describe('damage', () => {
  const copy = async (name: string): Promise<string> => {
    expect((await run('train', 'pendulum.yaml', '--set', 'budget.steps=20', '--out', name, '--workers', '0')).code).toBe(0)
    return shop.at(name)
  }

  test('an edited event is found by verify, whether its chain was mended or not', async () => {
    const log = join(await copy('edited'), 'events.jsonl')
    const original = readFileSync(log)
    const text = original.toString()
    writeFileSync(log, text.replace(/"unstable":0/, '"unstable":1'))
    const torn = await run('verify', 'edited', '--workers', '0')
    expect([torn.code, torn.err]).toEqual([1, expect.stringContaining('line 1')])

    const parsed = parseEvents(original)
    if (parsed._tag === 'Left') throw new Error('the log cannot be read')
    const forged = parsed.right.events.map((event) => (event.type === 'step' && event.step === 6 ? { ...event, unstable: 1 } : event))
    writeFileSync(log, eventLines(startMark, forged).text)
    const mended = await run('verify', 'edited', '--workers', '0')
    expect([mended.code, mended.err]).toEqual([1, expect.stringContaining('event 7 (step, step 6), unstable: recorded 1, computed 0')])
  })

  test('a truncated checkpoint is refused by name, and the one before it is offered and works', async () => {
    const directory = await copy('cut')
    const digest = digestOf(directory)
    const newest = readdirSync(join(directory, 'checkpoints')).sort().at(-1) as string
    truncateSync(join(directory, 'checkpoints', newest), 100)
    const refused = await run('resume', 'cut', '--workers', '0')
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining(newest)])
    expect(refused.err).toContain('--previous')
    const resumed = await run('resume', 'cut', '--previous', '--workers', '0')
    expect([resumed.code, resumed.out]).toEqual([0, expect.stringContaining(digest)])
  })
})
