/**
 * The world of the lunar lander on planck, as the environment steps it, against Box2D compiled to native code: the same outlines, joints,
 * grounds and impulses.
 *
 * Box2D is looked for in the folder `BILEVEL_BOX2D` or in `/usr` (Debian's `libbox2d-dev`); `lander-loop.cpp` is compiled against it by g++
 * into a temporary folder. Debian has 2.4.1, whose joints differ from those of 2.3 that Gymnasium uses; both were seen to take the same
 * time. The places of both hulls after twenty steps are compared before anything is timed.
 *
 * *Source:* house goal for benches. *Deviations:* none.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildLeanLanderWorld } from '../../envs/box2d/lander-world.ts'
import { loadPlanck } from '../../envs/box2d/load-planck.ts'
import { lunarLander } from '../../envs/box2d/lunar-lander.ts'
import { bareLander, type Flight, flightOf } from '../system/box2d-loops.ts'
import { scripts } from '../system/env-loops.ts'
import type { Section, Target } from '../system/figure.ts'
import { measured, notRun, untargeted } from '../system/figure.ts'
import { cpuMsOf, warmUp } from '../system/processor-time.ts'
import { burstMs, openPeer, outputOf } from './peer.ts'

const source = fileURLToPath(new URL('../../../bench/peers/lander-loop.cpp', import.meta.url))
const poseSteps = 20
/** Metres: other joints, and float32 against float64, in the air. */
const poseTolerance = 0.02
const steps = 1500
const warmUpMs = 1500
const target: Target = { atMost: 2.5 }
const what = 'a step of LunarLander: planck as stepped here / native Box2D'

/** The compiled loop in a temporary folder, or why there is none. */
const compileLoop = (into: string): Readonly<{ program: string }> | Readonly<{ reason: string }> => {
  const folder = process.env.BILEVEL_BOX2D ?? '/usr'
  const places = [join(folder, 'lib'), ...(existsSync(join(folder, 'lib')) ? readdirSync(join(folder, 'lib')).map((name) => join(folder, 'lib', name)) : [])]
  const place = places.find((each) => existsSync(join(each, 'libbox2d.so')) || existsSync(join(each, 'libbox2d.a')))
  if (place === undefined || !existsSync(join(folder, 'include/box2d/box2d.h'))) return { reason: `no Box2D library with headers in ${folder}` }
  if (!existsSync(source)) return { reason: 'the source of the loop is not here (it comes with a checkout, not with the package)' }
  const program = join(into, 'lander-loop')
  const compiled = outputOf('g++', ['-O2', '-I', join(folder, 'include'), source, '-L', place, `-Wl,-rpath,${place}`, '-lbox2d', '-o', program])
  return compiled === null ? { reason: 'g++ is missing or cannot compile the loop' } : { program }
}

/** The file that the native loop reads. */
const flightsFile = (flights: readonly Flight[]): Buffer => {
  const numbers = [flights.length]
  for (const { surface, force, pushes } of flights) {
    numbers.push(...surface.flatMap(({ x, y }) => [x, y]), force.x, force.y, pushes.length)
    for (const step of pushes) numbers.push(step.length, ...step.flatMap(({ impulse, at }) => [impulse.x, impulse.y, at.x, at.y]))
  }
  return Buffer.from(Float64Array.from(numbers).buffer)
}

/** Measures flights of random actions in `rounds` rounds, resets included; 'not run' without a native library. */
export const landerAgainstNative = async (rounds = 25): Promise<Section> => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-lander-'))
  const title = 'A step of LunarLander against native Box2D'
  try {
    const loop = compileLoop(folder)
    if ('reason' in loop) return { title, remarks: [`Not run: ${loop.reason}.`], figures: [notRun(what, 'ratio', target)] }
    const planck = await loadPlanck()
    const env = await lunarLander.open({})
    const flights = scripts(env.live(), steps).map((script) => flightOf(planck, false, script))
    env.close()
    const { lander, fly } = bareLander(planck, false, buildLeanLanderWorld)
    const ours = (): void => flights.forEach((flight) => fly(flight))
    const file = join(folder, 'flights.f64')
    writeFileSync(file, flightsFile(flights))
    const peer = await openPeer({ program: loop.program, args: [file] })

    fly(flights[0], Math.min(poseSteps, flights[0].pushes.length))
    const place = lander.world.hull.getPosition()
    const [x, y] = (await peer.ask('pose')).split(' ').map(Number)
    if (!(Math.abs(x - place.x) < poseTolerance && Math.abs(y - place.y) < poseTolerance)) {
      throw new Error(`the hull is at (${x}, ${y}) in native Box2D and at (${place.x}, ${place.y}) here`)
    }
    warmUp(ours, warmUpMs)
    await burstMs(peer, 'run')
    const [own, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) own.push(cpuMsOf(ours))
      theirs.push(await burstMs(peer, 'run'))
      if (round % 2 === 1) own.push(cpuMsOf(ours))
    }
    peer.close()
    const perStep = (ms: readonly number[]): readonly number[] => ms.map((each) => (1e6 * each) / steps)
    return {
      title,
      remarks: [
        `${flights.length} flights of random actions, ${steps} steps, resets included; processor time, in alternating bursts, without observation or reward.`,
        `Against ${peer.greeting}, in float32.`,
      ],
      figures: [
        measured({ what, unit: 'ratio', rounds: own.map((ms, i) => ms / theirs[i]), target, limit: 'joints and contacts are solved one after the other, each in JavaScript numbers' }),
        untargeted('a step here', 'ns', perStep(own)),
        untargeted('a step in native Box2D', 'ns', perStep(theirs)),
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
