/** What a user reads who asks for a gpu backend without the package. */
import { expect, it, vi } from 'vitest'
import { openGpu } from '../../backends/gpu/index.ts'

vi.mock('gpu.js', () => {
  throw new Error("Cannot find package 'gpu.js'")
})

it('a missing package is told with the command that installs it', async () => {
  await expect(openGpu({ mode: 'cpu' })).rejects.toThrow('the gpu backends need the package gpu.js, which is not installed: npm install gpu.js@^2.24.1')
})
