import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Either } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manifestWith } from '../run/config-samples.ts'
import { stepAt } from '../run/event-samples.ts'
import { eventLines, startMark } from '../../src/run/events.ts'
import { fromTheStart, openRecorder, type Recorder } from '../../src/shell/recorder.ts'
import { createRun, latestCheckpoint, listCheckpoints, openRun, readEvents, readTelemetry, type RunDirectory } from '../../src/shell/run-directory.ts'

let root = ''
let made = 0
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bilevel-run-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const fresh = (): string => join(root, `run-${(made += 1)}`)
const must = <A>(result: Either<unknown, A>): A => {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}
const newRun = (): RunDirectory => must(createRun(fresh(), manifestWith({ checkpoint: { every: 1, keep: 3 } })))
const version = '0.1.0'

/** A run of `steps` steps with a checkpoint after each. */
const recorded = async (run: RunDirectory, steps: number, recorder: Recorder = must(openRecorder(run, fromTheStart))): Promise<void> => {
  for (let step = 0; step < steps; step++) {
    must(await recorder.append([stepAt(step)])())
    must(await recorder.telemetry({ type: 'step', step })())
    must(await recorder.checkpoint(step + 1, { step: step + 1, mean: Float64Array.of(step, NaN) })())
  }
  must(await recorder.close()())
}

describe('making and opening', () => {
  test('a run has its parts, and opens as it was made', () => {
    const run = newRun()
    expect(readdirSync(run.path).sort()).toEqual(['checkpoints', 'events.jsonl', 'manifest.json', 'telemetry.jsonl'])
    expect(must(openRun(run.path))).toStrictEqual(run)
    expect(must(readEvents(run)).events).toEqual([])
  })

  test('an existing directory is refused with the ways out, and left as it is', () => {
    const path = fresh()
    mkdirSync(path)
    writeFileSync(join(path, 'thesis.txt'), 'precious')
    const again = createRun(path, manifestWith())
    expect(again).toMatchObject({ _tag: 'Left', left: { _tag: 'RunExists', path } })
    expect(again._tag === 'Left' && again.left.hint).toMatch(/resume.*--out.*name.*--seed/)
    expect(readdirSync(path)).toEqual(['thesis.txt'])
    const run = newRun()
    expect(createRun(run.path, manifestWith())).toMatchObject({ left: { _tag: 'RunExists' } })
    writeFileSync(join(root, 'a-file'), '')
    expect(createRun(join(root, 'a-file'), manifestWith())).toMatchObject({ left: { _tag: 'RunExists' } })
  })

  test('a place that cannot be used is refused and nothing is left behind', () => {
    writeFileSync(join(root, 'in-the-way'), '')
    expect(createRun(join(root, 'in-the-way', 'run'), manifestWith())).toMatchObject({ _tag: 'Left', left: { _tag: 'FileError' } })
    expect(readFileSync(join(root, 'in-the-way'), 'utf8')).toBe('')
  })

  test('missing parents are made; a comparison lies inside its run', () => {
    const run = must(createRun(join(fresh(), 'deep', 'run'), manifestWith()))
    expect(must(createRun(join(run.path, 'compare', 'fixed'), manifestWith())).path).toBe(join(run.path, 'compare', 'fixed'))
  })

  test('what is no run is refused', () => {
    const path = fresh()
    expect(openRun(path)).toMatchObject({ left: { _tag: 'NotARun', path } })
    mkdirSync(path)
    expect(openRun(path)).toMatchObject({ left: { _tag: 'NotARun', path } })
    writeFileSync(join(path, 'manifest.json'), '{')
    expect(openRun(path)).toMatchObject({ left: { _tag: 'NotAManifest', path: join(path, 'manifest.json') } })
  })

  test('a manifest whose config was edited is refused', () => {
    const run = newRun()
    const file = join(run.path, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"popsize": 40', '"popsize": 42'))
    expect(openRun(run.path)).toMatchObject({ left: { _tag: 'NotAManifest', path: `${file}: config` } })
  })
})

describe('recording and resuming', () => {
  test('events, telemetry and the newest checkpoint come back', async () => {
    const run = newRun()
    await recorded(run, 4)
    expect(must(readEvents(run)).events).toStrictEqual([0, 1, 2, 3].map((step) => stepAt(step)))
    expect(must(readTelemetry(run))).toEqual([0, 1, 2, 3].map((step) => ({ type: 'step', step })))
    const { checkpoint, file, refused } = must(latestCheckpoint(run, version))
    expect(refused).toEqual([])
    expect(file?.name).toBe('step-00000004.ckpt')
    expect(checkpoint?.state).toStrictEqual({ step: 4, mean: Float64Array.of(3, NaN) })
    expect(checkpoint?.events).toStrictEqual(must(readEvents(run)).mark)
  })

  test('only the last few checkpoints are kept, and nothing temporary', async () => {
    const run = newRun()
    await recorded(run, 6)
    expect(readdirSync(join(run.path, 'checkpoints')).sort()).toEqual(['step-00000004.ckpt', 'step-00000005.ckpt', 'step-00000006.ckpt'])
    expect(existsSync(join(run.path, 'lock'))).toBe(false)
  })

  test('a run without a checkpoint starts from the start', async () => {
    const run = newRun()
    expect(must(latestCheckpoint(run, version))).toEqual({ checkpoint: null, file: null, refused: [] })
    const recorder = must(openRecorder(run, fromTheStart))
    must(await recorder.append([stepAt(0), stepAt(1)])())
    must(await recorder.close()())
    await recorded(run, 1) // opened at the start again: the two events are cut off
    expect(must(readEvents(run)).events).toStrictEqual([stepAt(0)])
  })

  test('resuming cuts events, torn lines and later checkpoints behind the checkpoint', async () => {
    const run = newRun()
    await recorded(run, 4)
    appendFileSync(join(run.path, 'events.jsonl'), '{"type":"step","st')
    appendFileSync(join(run.path, 'telemetry.jsonl'), '{"type":"st')
    expect(must(readEvents(run)).tornBytes).toBe(18)
    const third = must(listCheckpoints(run)).find(({ step }) => step === 3)
    expect(third).toBeDefined()
    const mark = eventLines(
      startMark,
      [0, 1, 2].map((step) => stepAt(step)),
    ).mark
    const recorder = must(openRecorder(run, { step: 3, events: mark }))
    expect(readdirSync(join(run.path, 'checkpoints')).sort()).toEqual(['step-00000002.ckpt', 'step-00000003.ckpt'])
    must(await recorder.append([stepAt(3)])())
    must(await recorder.telemetry({ type: 'again' })())
    must(await recorder.close()())
    expect(must(readEvents(run))).toMatchObject({ events: [0, 1, 2, 3].map((step) => stepAt(step)), tornBytes: 0 })
    expect(must(readTelemetry(run)).at(-1)).toEqual({ type: 'again' })
  })

  test('a log that does not lead to the checkpoint is refused and left as it is', async () => {
    const run = newRun()
    await recorded(run, 3)
    const { checkpoint } = must(latestCheckpoint(run, version))
    const file = join(run.path, 'events.jsonl')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, before.replace('"episodes":5', '"episodes":6'))
    expect(openRecorder(run, checkpoint ?? fromTheStart)).toMatchObject({ left: { _tag: 'EventsAltered', path: `${file}: line 1` } })
    expect(readFileSync(file, 'utf8')).toHaveLength(before.length)
    truncateSync(file, before.length - 10)
    expect(openRecorder(run, checkpoint ?? fromTheStart)).toMatchObject({ left: { _tag: 'EventsAltered' } })
    writeFileSync(file, before)
    must(await must(openRecorder(run, checkpoint ?? fromTheStart)).close()()) // no lock was left by the refusals
  })

  test.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['truncated', (bytes) => bytes.subarray(0, bytes.length - 20), 'Truncated'],
    ['emptied', () => Buffer.alloc(0), 'Truncated'],
    ['altered', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte))), 'Altered'],
    ['replaced', () => Buffer.from('not a checkpoint at all'), 'NotACheckpoint'],
  ])('a checkpoint that was %s is refused by name and the one before it offered', async (_, damage, tag) => {
    const run = newRun()
    await recorded(run, 3)
    const newest = join(run.path, 'checkpoints', 'step-00000003.ckpt')
    writeFileSync(newest, damage(readFileSync(newest)))
    const { checkpoint, file, refused } = must(latestCheckpoint(run, version))
    expect(refused).toMatchObject([{ _tag: tag, path: newest }])
    expect(file?.name).toBe('step-00000002.ckpt')
    expect(checkpoint?.step).toBe(2)
  })

  test('checkpoints of another code version or another run are refused', async () => {
    const run = newRun()
    await recorded(run, 1)
    expect(must(latestCheckpoint(run, '9.9.9'))).toMatchObject({ checkpoint: null, refused: [{ _tag: 'OtherCode' }] })
    const other = must(createRun(fresh(), manifestWith({ seed: 2 })))
    writeFileSync(join(other.path, 'checkpoints', 'step-00000001.ckpt'), readFileSync(join(run.path, 'checkpoints', 'step-00000001.ckpt')))
    expect(must(latestCheckpoint(other, version))).toMatchObject({ checkpoint: null, refused: [{ _tag: 'OtherConfig' }] })
  })
})

describe('one writer', () => {
  test('a run that is written is refused to a second writer, and free again afterwards', async () => {
    const run = newRun()
    const first = must(openRecorder(run, fromTheStart))
    expect(openRecorder(run, fromTheStart)).toMatchObject({ left: { _tag: 'RunInUse' } })
    must(await first.close()())
    must(await must(openRecorder(run, fromTheStart)).close()())
  })

  test('the lock of a process that was killed is taken over, that of a living one is not', async () => {
    const run = newRun()
    const lock = join(run.path, 'lock')
    const host = execFileSync(process.execPath, ['-e', 'process.stdout.write(require("node:os").hostname())']).toString()
    const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    writeFileSync(lock, `${sleeper.pid} ${host}\n`)
    expect(openRecorder(run, fromTheStart)).toMatchObject({ left: { _tag: 'RunInUse' } })
    const gone = new Promise((resolve) => sleeper.on('exit', resolve))
    sleeper.kill('SIGKILL')
    await gone
    must(await must(openRecorder(run, fromTheStart)).close()())
    writeFileSync(lock, '1 another-machine\n')
    expect(openRecorder(run, fromTheStart)).toMatchObject({ left: { _tag: 'RunInUse', received: 'process 1 on another-machine' } })
  })
})

/** A file system of 256 KiB at a new place, or null where this user may not mount one. */
const smallDisk = (): string | null => {
  const path = fresh()
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path], { stdio: 'ignore' })
    return path
  } catch {
    return null
  }
}

describe('a full disk', () => {
  let disk: string | null = null
  beforeAll(() => {
    disk = smallDisk()
  })
  afterAll(() => {
    if (disk !== null) execFileSync('umount', [disk])
  })

  test('ends the run with one clear fault, and all that was confirmed is intact', async (context) => {
    if (disk === null) return context.skip('mounting a small disk needs rights that this user has not')
    const run = must(createRun(join(disk, 'run'), manifestWith({ checkpoint: { every: 1, keep: 2 } })))
    const recorder = must(openRecorder(run, fromTheStart))
    must(await recorder.append([stepAt(0)])())
    must(await recorder.checkpoint(1, { ballast: new Float64Array(4000) })())
    writeFileSync(join(disk, 'others'), Buffer.alloc(180 * 1024))
    const refused = await recorder.checkpoint(2, { ballast: new Float64Array(8000) })()
    expect(refused).toMatchObject({ left: { _tag: 'DiskFull', hint: expect.stringContaining('resume') } })
    expect(readdirSync(join(run.path, 'checkpoints'))).toEqual(['step-00000001.ckpt'])

    let step = 1
    let appended = await recorder.append([stepAt(step)])()
    while (appended._tag === 'Right') appended = await recorder.append([stepAt((step += 1))])()
    expect(appended.left).toMatchObject({ _tag: 'DiskFull', path: join(run.path, 'events.jsonl') })
    const log = must(readEvents(run))
    expect(log).toMatchObject({ tornBytes: 0 })
    expect(log.events).toHaveLength(step) // every confirmed event, and nothing of the one that did not fit
    expect(recorder.mark()).toStrictEqual(log.mark)

    rmSync(join(disk, 'others'))
    must(await recorder.append([stepAt(step)])()) // there is room again: the chain goes on
    must(await recorder.close()())
    expect(must(readEvents(run)).events).toHaveLength(step + 1)
    expect(must(latestCheckpoint(run, version)).checkpoint?.step).toBe(1)
  })

  test('leaves no directory of a run that could not be made', (context) => {
    if (disk === null) return context.skip('mounting a small disk needs rights that this user has not')
    writeFileSync(join(disk, 'others'), '')
    try {
      for (;;) appendFileSync(join(disk, 'others'), Buffer.alloc(4096))
    } catch {
      // full
    }
    const path = join(disk, 'no-room')
    expect(createRun(path, manifestWith())).toMatchObject({ left: { _tag: 'DiskFull' } })
    expect(existsSync(path)).toBe(false)
  })
})
