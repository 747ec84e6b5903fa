/**
 * Kernels of other JavaScript libraries for the bench, as a process of its own: TensorFlow.js (plain and WebAssembly, float32) and
 * ml-matrix, which are looked for in a folder that has nothing to do with the package.
 *
 *     node dist/bench/peers/js-kernels.js .peers
 *
 * It answers the requests of `kernels.py`: `case`, `answer` and `run`.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { cpuMs } from '../system/processor-time.ts'

/** What is used of a tensor of TensorFlow.js. */
type Tensor = Readonly<{ dataSync(): Float32Array }>
type TensorFlow = Readonly<{
  setBackend(name: string): Promise<boolean>
  tensor2d(values: Float32Array, shape: readonly number[]): Tensor
  tensor1d(values: Float32Array): Tensor
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor
  add(a: Tensor, b: Tensor): Tensor
  mul(a: Tensor, b: Tensor): Tensor
  sum(a: Tensor): Tensor
  tanh(a: Tensor): Tensor
  keep(a: Tensor): Tensor
  tidy<T>(work: () => T): T
  grads(f: (...variables: Tensor[]) => Tensor): (variables: readonly Tensor[]) => readonly Tensor[]
}>
type MlMatrix = Readonly<{ mmul(other: MlMatrix): MlMatrix; to1DArray(): readonly number[] }>
type MlMatrixLibrary = Readonly<{
  Matrix: Readonly<{ from1DArray(rows: number, columns: number, values: ArrayLike<number>): MlMatrix }>
  CholeskyDecomposition: new (matrix: MlMatrix) => Readonly<{ lowerTriangularMatrix: MlMatrix }>
}>

type Work = () => ArrayLike<number>
type Loaded = Readonly<{ kind: string; parameters: Readonly<Record<string, unknown>>; arrays: ReadonlyMap<string, Readonly<{ values: Float64Array; shape: readonly number[] }>> }>

const folder = resolve(process.argv[2] ?? '.peers')
const require = createRequire(join(folder, 'anything.js'))

/** A package of the folder, or null. */
const optional = <T>(name: string): T | null => {
  try {
    return require(name) as T
  } catch {
    return null
  }
}

/** Loads a backend of TensorFlow.js; null where a package is missing. */
const tensorFlow = async (backend: 'cpu' | 'wasm'): Promise<TensorFlow | null> => {
  const tf = optional<TensorFlow>('@tensorflow/tfjs')
  const engine = optional<Readonly<{ setWasmPaths?: (path: string) => void }>>(`@tensorflow/tfjs-backend-${backend}`)
  if (tf === null || engine === null) return null
  engine.setWasmPaths?.(join(folder, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/'))
  return (await tf.setBackend(backend)) ? tf : null
}

const tensorWork = (tf: TensorFlow, { kind, parameters, arrays }: Loaded): Work | null => {
  const single = (name: string): Float32Array => Float32Array.from(arrays.get(name)?.values ?? [])
  const matrix = (name: string): Tensor => tf.keep(tf.tensor2d(single(name), arrays.get(name)?.shape ?? []))
  if (kind === 'product') {
    const [a, b] = [matrix('a'), matrix('b')]
    return () => tf.tidy(() => tf.matMul(a, b).dataSync())
  }
  if (kind !== 'forward' && kind !== 'gradient') return null
  const sizes = parameters.sizes as readonly number[]
  const flat = single('parameters')
  let at = 0
  const layers = sizes.slice(1).map((outputs, i) => {
    const weight = tf.keep(tf.tensor2d(flat.slice(at, at + sizes[i] * outputs), [outputs, sizes[i]]))
    at += sizes[i] * outputs
    const bias = tf.keep(tf.tensor1d(flat.slice(at, at + outputs)))
    at += outputs
    return [weight, bias] as const
  })
  const x = matrix('x')
  const network = (variables: readonly Tensor[]): Tensor =>
    sizes.slice(1).reduce((h, _, i) => {
      const y = tf.add(tf.matMul(h, variables[2 * i], false, true), variables[2 * i + 1])
      return i + 2 < sizes.length ? tf.tanh(y) : y
    }, x)
  const variables = layers.flat()
  if (kind === 'forward') return () => tf.tidy(() => network(variables).dataSync())
  const slopes = matrix('slopes')
  const gradients = tf.grads((...given) => tf.sum(tf.mul(network(given), slopes)))
  return () => tf.tidy(() => gradients(variables).map((each) => each.dataSync())[0])
}

const matrixWork = ({ Matrix, CholeskyDecomposition }: MlMatrixLibrary, { kind, parameters, arrays }: Loaded): Work | null => {
  const n = parameters.n as number
  const matrix = (name: string): MlMatrix => Matrix.from1DArray(n, n, arrays.get(name)?.values ?? [])
  if (kind === 'product') {
    const [a, b] = [matrix('a'), matrix('b')]
    return () => a.mmul(b).to1DArray()
  }
  if (kind !== 'cholesky') return null
  const given = matrix('matrix')
  return () => new CholeskyDecomposition(given).lowerTriangularMatrix.to1DArray()
}

let loaded: Loaded | null = null
const ready = new Map<string, Work | null>()

const makeWork = async (library: string, given: Loaded): Promise<Work | null> => {
  if (library === 'ml-matrix') {
    const found = optional<MlMatrixLibrary>('ml-matrix')
    return found === null ? null : matrixWork(found, given)
  }
  const tf = await tensorFlow(library === 'tfjs-wasm' ? 'wasm' : 'cpu')
  return tf === null ? null : tensorWork(tf, given)
}

/** The computation of a library for the case, made at its first use. A backend of TensorFlow.js must be the current one while it runs. */
const workOf = async (library: string): Promise<Work | null> => {
  if (loaded === null) return null
  if (library.startsWith('tfjs')) await tensorFlow(library === 'tfjs-wasm' ? 'wasm' : 'cpu')
  if (!ready.has(library)) ready.set(library, await makeWork(library, loaded))
  return ready.get(library) ?? null
}

type CaseMessage = Readonly<{ kind: string; parameters: Readonly<Record<string, unknown>>; arrays: Readonly<Record<string, readonly [file: string, shape: readonly number[]]>> }>

const read = (file: string): Float64Array => {
  const bytes = readFileSync(file)
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

const answerTo = async (line: string): Promise<string> => {
  const [word, ...rest] = line.split(' ')
  if (word === 'case') {
    const { kind, parameters, arrays } = JSON.parse(rest.join(' ')) as CaseMessage
    loaded = { kind, parameters, arrays: new Map(Object.entries(arrays).map(([name, [file, shape]]) => [name, { values: read(file), shape }])) }
    ready.clear()
    return 'ok'
  }
  const work = await workOf(rest[0])
  if (work === null) return 'none'
  if (word === 'answer') return JSON.stringify(Array.from(work()).slice(0, 8))
  const start = cpuMs()
  for (let i = 0; i < Number(rest[1]); i++) work()
  return String(Math.round(1e6 * (cpuMs() - start)))
}

const versionOf = (name: string): string => {
  const file = join(folder, 'node_modules', name, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Readonly<{ version: string }>).version : 'none'
}

process.stdout.write(`tfjs ${versionOf('@tensorflow/tfjs')}, ml-matrix ${versionOf('ml-matrix')}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  // A kernel that a backend lacks is one that cannot be compared.
  const answer = await answerTo(line.trim()).catch(() => 'none')
  process.stdout.write(`${answer}\n`)
}
