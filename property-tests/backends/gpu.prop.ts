/** The gpu backends that this host has, against the laws of backends and of compute, and what is told of those that it lacks. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gpuEntries, openGpu } from '../../backends/gpu/index.ts'
import type { GpuMode } from '../../backends/gpu/modes.ts'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { backendLaws } from '../laws/backend.ts'
import { computeLaws } from '../laws/compute.ts'

const here: readonly GpuMode[] = ['cpu', 'webasm', 'webasm-threads']
const inPages: readonly GpuMode[] = ['webgl', 'webgl2', 'webgpu']

describe.each(here)('gpu.js in mode %s', (mode) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openGpu({ mode })
  })
  afterAll(() => backend.device?.close())

  it.each(backendLaws)('$name', ({ check }) => {
    check(backend)
  })
  it.each(computeLaws)('$name', async ({ check }) => {
    await check(backend)
  })
  it('is not exact, names its mode, and tells which kernels it leaves to the reference', () => {
    expect(backend).toMatchObject({ name: `gpu-${mode}`, dtype: 'f32', exact: false })
    const own = Object.keys(reference.kernels).filter((kernel) => !backend.device?.filled.some((name) => name === kernel))
    expect(own).toHaveLength(mode === 'webasm-threads' ? 0 : 9)
    for (const kernel of backend.device?.filled ?? []) expect(backend.kernels[kernel]).toBe(reference.kernels[kernel])
  })
})

describe('work that may come later, on backends without a device', async () => {
  const simd = await openSimd()
  describe.each([reference, simd])('$name', (backend) => {
    it.each(computeLaws)('$name', async ({ check }) => {
      await check(backend)
    })
  })
})

describe('modes that this host lacks', () => {
  it.each(inPages)('%s is refused with what it needs, and nothing else is taken for it', async (mode) => {
    await expect(openGpu({ mode })).rejects.toThrow(new RegExp(`gpu-${mode} cannot be opened here: it needs a page`))
  })
  it('are listed all the same', () => {
    expect(gpuEntries.map(({ name }) => name)).toEqual(['gpu-cpu', 'gpu-webasm', 'gpu-webasm-threads', 'gpu-headlessgl', 'gpu-webgl', 'gpu-webgl2', 'gpu-webgpu'])
  })
})

it('refuses a matrix whose indices would not be exact', async () => {
  const backend = await openGpu({ mode: 'webasm' })
  const spec = { sizes: [4095, 4100], activation: 'linear', outputActivation: 'linear' } as const
  expect(() => backend.device?.compute.residentPopulation(spec, new Float64Array(4096 * 4100), 1)).toThrow(/groups/)
  await backend.device?.close()
})
