/**
 * Speed of the physics in WebAssembly against the same engine compiled to native code: `mj_step` on the same models, starts and controls.
 *
 * The native library of the same version is looked for in the Python package `mujoco` of `BILEVEL_PYTHON` (or of `python3`), or in the
 * folder `BILEVEL_MUJOCO`, which holds `include/` and the library; `mujoco-loop.c` is compiled against it by gcc into a temporary folder.
 * The poses of both after ten control steps are compared before anything is timed.
 *
 * *Source:* house goal for benches. *Deviations:* none.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { scripts } from '../system/env-loops.ts'
import type { Measured, Section } from '../system/figure.ts'
import { measured, notRun, untargeted } from '../system/figure.ts'
import { bareEpisode, type BareEpisode, type BareRobot, robots, simulate } from '../system/mujoco-loops.ts'
import { cpuMsOf, warmUp } from '../system/processor-time.ts'
import { burstMs, openPeer, outputOf, python } from './peer.ts'

const source = fileURLToPath(new URL('../../../bench/peers/mujoco-loop.c', import.meta.url))
/** Robots of which the tasks' are variants. */
const measuredRobots = robots.filter(({ id }) => id.endsWith('-v5'))
const poseSteps = 10
/** Both compute the same in other orders of rounding; contacts have not amplified the difference after so few steps. */
const poseTolerance = 1e-9
const limit = 'the published build calls across files what a build of the whole would inline, and V8 makes up for a part of it'
const burst = 60
const warmUpMs = 2500
const trialSteps = 500

/** The library in `folder` and its headers; null where they are not there. */
const libraryIn = (folder: string | null): Readonly<{ library: string; include: string; folder: string }> | null => {
  if (folder === null || !existsSync(join(folder, 'include/mujoco/mujoco.h'))) return null
  for (const place of [folder, join(folder, 'lib')]) {
    const name = existsSync(place) ? readdirSync(place).find((file) => /^libmujoco\.(so|\d.*dylib|dylib)/.test(file)) : undefined
    if (name !== undefined) return { library: join(place, name), include: join(folder, 'include'), folder: place }
  }
  return null
}

/** The compiled loop in a temporary folder, or why there is none. */
const compileLoop = (into: string): Readonly<{ program: string }> | Readonly<{ reason: string }> => {
  const found = libraryIn(process.env.BILEVEL_MUJOCO ?? outputOf(python, ['-c', 'import mujoco, os; print(os.path.dirname(mujoco.__file__))']))
  if (found === null) return { reason: `no MuJoCo library with headers was found by ${python} or in BILEVEL_MUJOCO` }
  if (!existsSync(source)) return { reason: 'the source of the loop is not here (it comes with a checkout, not with the package)' }
  const program = join(into, 'mujoco-loop')
  const compiled = outputOf('gcc', ['-O2', '-I', found.include, source, found.library, `-Wl,-rpath,${found.folder}`, '-o', program])
  return compiled === null ? { reason: 'gcc is missing or cannot compile the loop' } : { program }
}

/** The file that the loop in C reads. */
const episodesFile = (robot: BareRobot, contactForces: boolean, drives: number, episodes: readonly BareEpisode[]): Buffer => {
  const integers = (...values: readonly number[]): Buffer => Buffer.from(BigInt64Array.from(values, BigInt).buffer)
  const numbers = (values: Float64Array): Buffer => Buffer.from(values.slice().buffer)
  return Buffer.concat([
    integers(episodes.length, robot.frameSkip, Number(contactForces), Number(robot.catchesUp), drives),
    ...episodes.flatMap(({ qpos, qvel, commands }) => [integers(commands.length), numbers(qpos), numbers(qvel), ...commands.map(numbers)]),
  ])
}

const measure = async (robot: BareRobot, program: string, folder: string, rounds: number, target: number): Promise<readonly Measured[]> => {
  const opened = await robot.open()
  const { model, spec, task, simulator } = opened
  const env = simulatedEnv({ spec, simulator, release: () => model.handle.delete() })
  const live = env.live()
  const bare = simulator()
  const episodesOf = (steps: number): readonly BareEpisode[] => scripts(live, steps).map((script) => bareEpisode(robot, opened, bare, script))
  const run = (episodes: readonly BareEpisode[]) => (): void => episodes.forEach((episode) => simulate(robot, opened, bare, episode))
  const trial = run(episodesOf(trialSteps))
  warmUp(trial, warmUpMs)
  const steps = Math.ceil((trialSteps * burst) / cpuMsOf(trial))
  const episodes = episodesOf(steps)
  const work = run(episodes)
  const files = { model: join(folder, `${robot.id}.xml`), episodes: join(folder, `${robot.id}.bin`) }
  writeFileSync(files.model, robot.mjcf)
  writeFileSync(files.episodes, episodesFile(robot, task.readsContactForces, spec.actions.length, episodes))
  const peer = await openPeer({ program, args: [files.model, files.episodes] })

  simulate(robot, opened, bare, episodes[0], Math.min(poseSteps, episodes[0].commands.length))
  const pose = bare.simulation.views.qpos
  const theirs = (await peer.ask('pose')).split(' ').map(Number)
  const apart = Math.max(...theirs.map((value, i) => Math.abs(value - pose[i])))
  if (!(apart < poseTolerance)) throw new Error(`${robot.id}: the poses of WebAssembly and C differ by ${apart} after ${poseSteps} steps`)

  await burstMs(peer, 'run')
  const [wasm, native]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) wasm.push(cpuMsOf(work))
    native.push(await burstMs(peer, 'run'))
    if (round % 2 === 1) wasm.push(cpuMsOf(work))
  }
  peer.close()
  bare.close()
  env.close()
  const perStep = (ms: readonly number[]): readonly number[] => ms.map((each) => (1e6 * each) / (steps * robot.frameSkip))
  return [
    measured({ what: `${robot.id}: WebAssembly / C`, unit: 'ratio', rounds: wasm.map((each, i) => each / native[i]), target: { atMost: target }, limit }),
    untargeted(`${robot.id}: a timestep in WebAssembly`, 'ns', perStep(wasm)),
    untargeted(`${robot.id}: a timestep in C`, 'ns', perStep(native)),
  ]
}

/** Largest ratio that is asked for: V8 inlines more from Node 24 on. */
const targetHere = (): number => (Number.parseInt(process.versions.node, 10) >= 24 ? 1.55 : 1.65)

/** Measures the robots of Gymnasium in `rounds` rounds, or those whose id contains `only`; 'not run' without a native library. */
export const mujocoAgainstC = async (rounds = 25, only = ''): Promise<Section> => {
  const chosen = measuredRobots.filter(({ id }) => id.includes(only))
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-mujoco-'))
  try {
    const loop = compileLoop(folder)
    const figures: Measured[] = []
    for (const robot of chosen) {
      if ('reason' in loop) figures.push(notRun(`${robot.id}: WebAssembly / C`, 'ratio', { atMost: targetHere() }))
      else figures.push(...(await measure(robot, loop.program, folder, rounds, targetHere())))
    }
    return {
      title: 'MuJoCo in WebAssembly against C',
      remarks: [
        'The same engine, models, starts and controls; processor time, in alternating bursts of both. A step is one timestep, with its share of contact forces.',
        ...('reason' in loop ? [`Not run: ${loop.reason}.`] : []),
      ],
      figures,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
