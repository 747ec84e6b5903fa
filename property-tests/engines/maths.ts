/**
 * The deterministic functions and the random generator, each reduced to a chain of digests.
 *
 * Arguments are normals times powers of two between 2⁻¹² and 2¹⁰, so that small, ordinary and large ones occur; functions of two
 * arguments take a second stream.
 *
 * *Source:* house rule 5. *Deviations:* none.
 */
import { fillNormals, fillUniforms, foldIn, permutation, rootKey } from '../../src/core/rng.ts'
import { callByName, type FunctionName, functions } from '../core/dmath-functions.ts'
import { digestChain, type Subject } from './digest-chain.ts'

const group = 'maths'
const parts = 10
const perPart = 2000
const scales = Array.from({ length: 23 }, (_, i) => (i < 12 ? 1 / (1 << (12 - i)) : 1 << (i - 12)))

const part = { what: 'arguments', size: perPart }

const normalsFrom = (use: number): Float64Array => {
  const out = new Float64Array(parts * perPart)
  fillNormals(out, foldIn(rootKey('arguments'), use))
  return out
}

const inParts = (numbers: Float64Array): readonly Float64Array[] => Array.from({ length: parts }, (_, i) => numbers.subarray(i * perPart, (i + 1) * perPart))

const functionSubject = (name: FunctionName): Subject => ({
  name,
  group,
  golden: group,
  part,
  chain: async () => {
    const [first, second] = [normalsFrom(0), normalsFrom(1)]
    return digestChain(inParts(first.map((x, i) => callByName(name, [x * scales[i % scales.length], second[i]]))))
  },
})

const drawn = (name: string, numbers: () => Float64Array): Subject => ({ name, group, golden: group, part, chain: async () => digestChain(inParts(numbers())) })

export const mathsSubjects: readonly Subject[] = [
  ...(Object.keys(functions) as FunctionName[]).map(functionSubject),
  drawn('uniforms', () => {
    const out = new Float64Array(parts * perPart)
    fillUniforms(out, rootKey('uniforms'))
    return out
  }),
  drawn('normals', () => normalsFrom(2)),
  drawn('permutation', () => Float64Array.from(permutation(rootKey('permutation'), parts * perPart))),
]
