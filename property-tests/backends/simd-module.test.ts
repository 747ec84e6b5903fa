/**
 * The compiled module is what its sources compile to, and every opened backend has a memory of its own.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compile, moduleText } from '../../backends/simd/assembly/compile.mjs'
import { moduleBytes, openSimd } from '../../backends/simd/index.ts'

test('the shipped bytes are those that the sources compile to', async () => {
  const bytes = await compile()
  expect(Buffer.from(bytes).equals(moduleBytes())).toBe(true)
  expect(readFileSync(new URL('../../backends/simd/module.ts', import.meta.url), 'utf8')).toBe(moduleText(bytes))
})

test('backends that were opened one by one share nothing', async () => {
  const backends = await Promise.all([openSimd(), openSimd()])
  const nets = backends.map(({ kernels }) => kernels.residentMlp({ sizes: [1, 1], activation: 'linear', outputActivation: 'linear' }))
  nets[0].load(Float64Array.of(2, 3))
  nets[1].load(Float64Array.of(5, 7))
  const answers = nets.map((net) => {
    const out = new Float64Array(1)
    net.forward(out, Float64Array.of(1), 1)
    return out[0]
  })
  expect(answers).toEqual([5, 12])
})
