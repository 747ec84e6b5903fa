/**
 * What `bilevel doctor` tells of this machine, and that it finds a backend which breaks its promise.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import { kernelTable } from '../../src/cli/doctor.ts'
import { everyKernel } from '../../src/cli/every-kernel.ts'
import { builtIn } from '../../src/cli/registry.ts'
import { backendMutants } from '../mutants/backends.ts'
import { bilevel, requireBuild } from './program.ts'

const kernelNames = Object.keys(reference.kernels)

test('every kernel has a case, and only one', () => {
  expect(everyKernel().map(({ kernel }) => kernel).sort()).toEqual([...kernelNames].sort())
})

describe('bilevel doctor', () => {
  beforeAll(requireBuild)
  test('names the machine, every backend and every kernel, and finds nothing wrong', async () => {
    const { code, out, err } = await bilevel('.', 'doctor')
    expect([code, err]).toEqual([0, ''])
    for (const word of ['Node', 'processor', 'memory', 'wasm vectors', 'MuJoCo']) expect(out).toContain(word)
    expect(out).toContain(process.versions.node)
    expect(out).toMatch(/3\.\d+\.\d+, loaded with InvertedPendulum-v5 in \d+ ms/)
    for (const { name } of builtIn.backends) expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    for (const kernel of kernelNames) expect(out).toMatch(new RegExp(`^  ${kernel} .* (ns|µs|ms)`, 'm'))
  })
})

describe('the table of kernels', () => {
  test('finds the backends that break their promise, kernel by kernel', async () => {
    const { lines, broken } = kernelTable([await openSimd(), backendMutants['sums a gradient by inputs backwards']], reference)
    expect(broken).toEqual(['affineInputPullback on mutant'])
    expect(lines[0]).toMatch(/^kernel +size +reference +simd +mutant$/)
    expect(lines.find((line) => line.startsWith('affineInputPullback'))).toMatch(/≠$/)
    expect(lines.filter((line) => /[≠≈·]/.test(line))).toHaveLength(1)
  })
})
