/**
 * `doctor`: what this machine offers, whether every kernel of every backend keeps its promise, and how long it takes.
 *
 * *Source:* none. *Deviations:* none.
 */
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import type { Backend, BackendEntry } from '../core/backend.ts'
import { reasonOf } from '../shell/evaluator.ts'
import type { Context } from './context.ts'
import { everyKernel } from './every-kernel.ts'
import { EXIT } from './failure.ts'
import type { Command } from './failure.ts'
import type { KernelCase } from './kernel-case.ts'
import { backendOf, builtIn, inliningFlags } from './registry.ts'
import { versions } from './versions.ts'

/** A robot that is cheap to open. */
const ROBOT = 'InvertedPendulum-v5'
/** The smallest module with a vector instruction: (v128.const 0). */
const VECTORS = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 22, 1, 20, 0, 253, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11)

/** Timing: one warm-up, then so many bursts, of which the fastest counts. */
const WARM_UP_MS = 20
const BURST_MS = 4
const BURSTS = 5

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`

type Line = readonly [name: string, value: string]

/** Whether the engine loads, and how long that takes with its first model. */
const physics = async (): Promise<Line> => {
  const version = versions()['@mujoco/mujoco'] ?? 'unknown'
  const entry = builtIn.envs.find(({ id }) => id === ROBOT)
  const start = performance.now()
  try {
    const env = await entry?.open({})
    env?.close()
    return ['MuJoCo', `${version}, loaded with ${ROBOT} in ${Math.round(performance.now() - start)} ms`]
  } catch (error) {
    return ['MuJoCo', `${version}, cannot be used: ${reasonOf(error)}`]
  }
}

const machine = async (): Promise<readonly Line[]> => {
  const { node, v8 } = process.versions
  const processors = cpus()
  const flags = inliningFlags(Number.parseInt(node, 10))
  return [
    ['Node', `${node} (V8 ${v8}), ${process.platform} ${process.arch}`],
    ['processor', `${processors[0]?.model.trim() ?? 'unknown'}; ${processors.length} cores, ${availableParallelism()} for this process`],
    ['memory', `${gigabytes(totalmem())}, ${gigabytes(freemem())} free`],
    ['wasm vectors', WebAssembly.validate(VECTORS) ? 'yes' : 'no: the backend simd cannot be opened'],
    ['wasm inlining', flags.length === 0 ? 'left to this version of V8' : flags.join(' ')],
    await physics(),
  ]
}

/** A backend that was opened, or why not. */
type Tried = Readonly<{ entry: BackendEntry; opened: E.Either<string, Backend> }>

const tryOpen = async (entry: BackendEntry): Promise<Tried> => {
  try {
    return { entry, opened: E.right(await entry.open()) }
  } catch (error) {
    return { entry, opened: E.left(reasonOf(error)) }
  }
}

/** Whether two answers are the same, close enough for `tolerance` relative to the largest entry, or neither. */
type Agreement = 'equal' | 'close' | 'different'

const agreementOf = (answer: readonly ArrayLike<number>[], expected: readonly ArrayLike<number>[], tolerance: number): Agreement => {
  let agreement: Agreement = 'equal'
  for (const [which, values] of expected.entries()) {
    const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    for (let i = 0; i < values.length; i++) {
      const got = answer[which][i]
      if (Object.is(got, values[i])) continue
      if (!(Math.abs(got - values[i]) <= tolerance * largest)) return 'different'
      agreement = 'close'
    }
  }
  return agreement
}

/** Nanoseconds of one call. */
const timeOf = (run: () => void): number => {
  const burst = (calls: number): number => {
    const start = performance.now()
    for (let i = 0; i < calls; i++) run()
    return performance.now() - start
  }
  let calls = 1
  let took = burst(calls)
  for (const end = performance.now() + WARM_UP_MS; took < BURST_MS || performance.now() < end; took = burst(calls)) if (took < BURST_MS) calls *= 2
  const bursts = Array.from({ length: BURSTS }, () => burst(calls))
  return (1e6 * Math.min(...bursts)) / calls
}

const timeText = (ns: number): string => (ns < 1000 ? `${Math.round(ns)} ns` : ns < 1e6 ? `${(ns / 1e3).toPrecision(3)} µs` : `${(ns / 1e6).toPrecision(3)} ms`)

/** What is told of one kernel on one backend; `agreement` is null where the kernel is the reference's. */
type Cell = Readonly<{ ns: number; agreement: Agreement | null }>

const examine = (each: KernelCase, backend: Backend, expected: readonly ArrayLike<number>[]): Cell => {
  const filled = backend.device?.filled.includes(each.kernel) === true
  const { run, written } = each.prepare(backend.kernels)
  run()
  const agreement = agreementOf(written, expected, backend.tolerance[each.kernel])
  return { ns: timeOf(run), agreement: filled ? null : agreement }
}

const MARKS = { equal: '', close: ' ≈', different: ' ≠' } as const

const cellText = ({ ns, agreement }: Cell, isReference: boolean): string =>
  agreement === null ? '·' : `${timeText(ns)}${isReference ? '' : MARKS[agreement]}`

/** Columns of equal width, the first two to the left, the others to the right. */
const tableText = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) => row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  ').trimEnd())
}

/** Kernels by the backends that were opened; the first column of times is the reference's. */
export const kernelTable = (backends: readonly Backend[], reference: Backend): Readonly<{ lines: readonly string[]; broken: readonly string[] }> => {
  const columns = [reference, ...backends.filter(({ name }) => name !== reference.name)]
  const broken: string[] = []
  const rows = everyKernel().map((each) => {
    const own = each.prepare(reference.kernels)
    own.run()
    const expected = own.written.map((values) => Array.from(values))
    const cells = columns.map((backend) => {
      const cell = examine(each, backend, expected)
      if (cell.agreement === 'different') broken.push(`${each.kernel} on ${backend.name}`)
      return cellText(cell, backend === reference)
    })
    return [each.kernel, each.size, ...cells]
  })
  return { lines: tableText([['kernel', 'size', ...columns.map(({ name }) => name)], ...rows]), broken }
}

const lineText = (lines: readonly Line[]): string => {
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}

/** Tells what there is and examines every kernel; a backend that breaks its promise makes the exit code 1. */
export const doctor = (context: Context): Command => async () => {
  const { print, colors } = context.terminal
  print(`${colors.bold('machine')}\n${lineText(await machine())}\n`)
  const tried: Tried[] = []
  for (const entry of builtIn.backends) tried.push(await tryOpen(entry))
  const backendLines = tried.map(({ entry, opened }): Line => [entry.name, E.isRight(opened) ? entry.line : `not here: ${opened.left}`])
  print(`${colors.bold('backends')}\n${lineText(backendLines)}\n`)
  const reference = await backendOf(builtIn, 'reference').open()
  const opened = tried.flatMap((each) => (E.isRight(each.opened) ? [each.opened.right] : []))
  const { lines, broken } = kernelTable(opened, reference)
  print(`${colors.bold('kernels')}, time of one call`)
  print(lines.map((line, i) => (i === 0 ? `  ${colors.dim(line)}` : `  ${line}`)).join('\n'))
  print(colors.dim('  nothing: the bits of the reference; ≈ within the tolerance that the backend declares; ≠ neither; · left to the reference'))
  await Promise.all(opened.map(({ device }) => device?.close()))
  if (broken.length === 0) return E.right(EXIT.ok)
  print(`\n${colors.red('These do not keep what they promise:')} ${broken.join(', ')}`)
  return E.right(EXIT.findings)
}
