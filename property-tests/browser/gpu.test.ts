/** The modes of gpu.js that only pages have, in a Chromium whose device is a renderer on the processor. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { askDevicePage } from './device-page.ts'

const minutes = 60_000

test('webgl, webgl2 and webgpu compute what the reference computes, within their tolerances', async ({ skip }) => {
  const told = (await askDevicePage(fileURLToPath(new URL('./gpu-page.ts', import.meta.url)), 3 * minutes)) as Readonly<Record<string, string>> | null
  if (told === null) return skip('not run: no Chromium is installed')
  for (const [mode, verdict] of Object.entries(told)) {
    // a Chromium may come without its renderer for WebGPU
    if (verdict.includes('cannot be opened here')) console.warn(`not run: ${mode}: ${verdict}`)
    else expect(verdict, mode).toMatch(/^agrees, [6-9] programs$/)
  }
  expect(Object.values(told).some((verdict) => verdict.startsWith('agrees'))).toBe(true)
}, 4 * minutes)
