/**
 * Our kernels against those of other libraries, on the same data and one core.
 *
 * Libraries run in long-lived processes (`kernels.py`, `js-kernels.ts`), one burst each per round in turn with ours. Their answers are
 * compared with ours before anything is timed. What is not installed reads 'not run'.
 *
 * *Source:* house goals for kernels. *Deviations:* none.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import type { Measured, Section } from '../system/figure.ts'
import { measured, notRun, untargeted } from '../system/figure.ts'
import { cpuMsOf, warmUp } from '../system/processor-time.ts'
import type { KernelCase } from './kernel-case.ts'
import { matrixCases } from './matrix-cases.ts'
import { networkCases } from './network-cases.ts'
import { burstMs, openPeer, outputOf, type Peer, peersFolder, python } from './peer.ts'

const scriptOf = (name: string): string => fileURLToPath(new URL(`../../../bench/peers/${name}`, import.meta.url))
const jsPeer = fileURLToPath(new URL('./js-kernels.js', import.meta.url))

const inPython: readonly string[] = ['numpy', 'numpy-philox', 'torch', 'sklearn']
const doublePrecision: readonly string[] = ['numpy', 'sklearn', 'ml-matrix']
/** Largest difference of two answers relative to 1 + their size: other orders of summation, in float64 and in float32. */
const closeness = (library: string): number => (doublePrecision.includes(library) ? 1e-8 : 5e-4)

/** What a figure calls a library. */
const names: Readonly<Record<string, string>> = {
  numpy: 'NumPy', 'numpy-philox': 'NumPy (Philox)', torch: 'PyTorch', sklearn: 'scikit-learn', 'tfjs-cpu': 'tfjs (plain)', 'tfjs-wasm': 'tfjs (wasm)', 'ml-matrix': 'ml-matrix',
}

const burst = 30
const warmUpMs = 300

/** Peers by the file that serves them; null where it cannot be started. */
type Peers = Readonly<{ python: Peer | null; js: Peer | null; greetings: readonly string[] }>

const openPeers = async (): Promise<Peers> => {
  const started = async (command: Readonly<{ program: string; args: readonly string[] }>, present: boolean): Promise<(Peer & Readonly<{ greeting: string }>) | null> =>
    present ? openPeer(command).catch(() => null) : null
  const py = await started({ program: python, args: [scriptOf('kernels.py')] }, existsSync(scriptOf('kernels.py')) && outputOf(python, ['-c', 'import numpy']) !== null)
  const js = await started({ program: process.execPath, args: [jsPeer, peersFolder] }, existsSync(join(peersFolder, 'node_modules')))
  return { python: py, js, greetings: [py?.greeting, js?.greeting].filter((each) => each !== undefined) }
}

const peerOf = (peers: Peers, library: string): Peer | null => (inPython.includes(library) ? peers.python : peers.js)

/** Writes the arrays of a case and tells the peers about it. */
const announce = async (peers: Peers, { kind, parameters, arrays }: KernelCase, folder: string): Promise<void> => {
  const files = Object.entries(arrays).map(([name, { values, shape }]) => {
    const file = join(folder, `${name}.f64`)
    writeFileSync(file, Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    return [name, [file, shape]] as const
  })
  const message = `case ${JSON.stringify({ kind, parameters, arrays: Object.fromEntries(files) })}`
  for (const peer of [peers.python, peers.js]) if (peer !== null) await peer.ask(message)
}

/** Whether a library has the kernel; throws where it computes something else than we do. */
const computes = async (peer: Peer | null, library: string, each: KernelCase, ours: ArrayLike<number>): Promise<boolean> => {
  if (peer === null) return false
  const answer = await peer.ask(`answer ${library}`)
  if (answer === 'none') return false
  const theirs = JSON.parse(answer) as readonly number[]
  if (each.comparable) {
    const apart = theirs.findIndex((value, i) => !(Math.abs(value - ours[i]) <= closeness(library) * (1 + Math.abs(ours[i]))))
    if (apart >= 0) throw new Error(`${each.title}: number ${apart} is ${theirs[apart]} in ${library} and ${ours[apart]} in ours`)
  }
  return true
}

/** How often a computation fits into a burst. */
const repetitions = (ms: number): number => Math.max(1, Math.round(burst / Math.max(ms, 1e-4)))

const measure = async (each: KernelCase, backend: Backend, peers: Peers, folder: string, rounds: number): Promise<readonly Measured[]> => {
  await announce(peers, each, folder)
  const ours = each.ours(backend)
  const answer = Array.from(ours.answer()).slice(0, 8)
  const present: { library: string; peer: Peer; count: number }[] = []
  for (const library of Object.keys(each.peers)) {
    const peer = peerOf(peers, library)
    if (peer === null || !(await computes(peer, library, each, answer))) continue
    const first = await burstMs(peer, `run ${library} 3`)
    const trial = repetitions(first / 3)
    present.push({ library, peer, count: repetitions((await burstMs(peer, `run ${library} ${trial}`)) / trial) })
  }
  warmUp(ours.run, warmUpMs)
  const trial = repetitions(cpuMsOf(ours.run))
  const repeat = (count: number) => (): void => {
    for (let i = 0; i < count; i++) ours.run()
  }
  const count = repetitions(cpuMsOf(repeat(trial)) / trial)
  const own: number[] = []
  const theirs = new Map(present.map(({ library }) => [library, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) own.push(cpuMsOf(repeat(count)) / count)
    for (const { library, peer, count: n } of present) theirs.get(library)?.push((await burstMs(peer, `run ${library} ${n}`)) / n)
    if (round % 2 === 1) own.push(cpuMsOf(repeat(count)) / count)
  }
  const ratios = Object.entries(each.peers).map(([library, target]) => {
    const what = `${each.title}: ours / ${names[library]}`
    const times = theirs.get(library)
    return times === undefined ? notRun(what, 'ratio', target) : measured({ what, unit: 'ratio', rounds: own.map((ms, i) => ms / times[i]), target, ...(each.limit === undefined ? {} : { limit: each.limit }) })
  })
  return [...ratios, untargeted(`${each.title}: ours`, 'ns', own.map((ms) => 1e6 * ms))]
}

/** Measures all cases in `rounds` rounds, or those whose title contains `only`. */
export const kernelsAgainstPeers = async (rounds = 15, only = '', open: () => Promise<Backend> = openSimd): Promise<Section> => {
  const backend = await open()
  const peers = await openPeers()
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-kernels-'))
  try {
    const figures: Measured[] = []
    for (const each of [...networkCases, ...matrixCases].filter(({ title }) => title.includes(only))) {
      figures.push(...(await measure(each, backend, peers, folder, rounds)))
    }
    return {
      title: 'Kernels against other libraries',
      remarks: [
        `Processor time on one core, the backend ${backend.name} in float64; below 1 ours is faster. PyTorch (networks) and tfjs compute in float32.`,
        ...(peers.greetings.length === 0 ? [] : [`Against ${peers.greetings.join(', ')}.`]),
      ],
      figures,
    }
  } finally {
    peers.python?.close()
    peers.js?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
