/**
 * The compiled module is what its sources compile to, and memory is neither mixed up nor lost.
 */
import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { compile, moduleText } from '../../backends/simd/assembly/compile.mjs'
import { moduleBytes, openSimd, simd } from '../../backends/simd/index.ts'

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

test('all that open the backend by its name in one thread share a memory', async () => {
  const [one, other] = await Promise.all([simd.open(), simd.open()])
  expect(one).toBe(other)
})

test('a network with many inputs and few outputs needs no more than its parameters and its batch', async () => {
  const { kernels } = await openSimd()
  const [inputs, batch] = [20_000, 4]
  const spec = { sizes: [inputs, 2], activation: 'tanh', outputActivation: 'linear' } as const
  const [parameters, x, values] = [new Float64Array(2 * (inputs + 1)), new Float64Array(batch * inputs), new Float64Array(batch * 2)]
  const before = process.memoryUsage().external
  kernels.mlpForward(values, spec, parameters, x, batch)
  kernels.mlpPullback(new Float64Array(parameters.length), new Float64Array(x.length), spec, parameters, x, values, values, batch)
  expect(process.memoryUsage().external - before).toBeLessThan(20 * 8 * (parameters.length + x.length))
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

test('what was resident and is no longer reachable leaves its memory to others', async () => {
  const { kernels } = await openSimd()
  const spec = { sizes: [64, 64, 64], activation: 'tanh', outputActivation: 'linear' } as const
  const bytesAfter = async (nets: number): Promise<number> => {
    const before = process.memoryUsage().external
    for (let i = 0; i < nets; i++) {
      kernels.residentMlp(spec).load(new Float64Array(8320))
      if (i % 50 === 49) {
        collect()
        await new Promise((resolve) => setImmediate(resolve)) // finalisers run between tasks
      }
    }
    collect()
    return process.memoryUsage().external - before
  }
  await bytesAfter(100)
  const more = await bytesAfter(2000) // 370 MB, were they all kept
  expect(more).toBeLessThan(40e6)
}, 120_000)

test('memory that was left in small blocks serves larger ones', async () => {
  const { kernels } = await openSimd()
  const fill = async (width: number, nets: number): Promise<void> => {
    for (let i = 0; i < nets; i++) kernels.residentMlp({ sizes: [width, width], activation: 'tanh', outputActivation: 'linear' }).load(new Float64Array(width * (width + 1)))
    collect()
    await new Promise((resolve) => setImmediate(resolve)) // finalisers run between tasks
  }
  const before = process.memoryUsage().external
  for (const width of [100, 110, 120, 130, 140, 150, 160, 170]) await fill(width, Math.floor(4e6 / (width * (width + 1))))
  collect()
  expect(process.memoryUsage().external - before).toBeLessThan(200e6) // one filling needs 136 MB; 530, were blocks only used for their like
})
