/**
 * gpu.js beside the simd backend: its modes in Node, and in a headless Chromium whose device is SwiftShader, a renderer on the processor.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openGpu } from '../../backends/gpu/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import { askDevicePage } from '../../property-tests/browser/device-page.ts'
import type { Measured, Section } from '../system/figure.ts'
import { notRun, untargeted } from '../system/figure.ts'
import type { Timed } from './cases.ts'
import { timeBackends } from './cases.ts'
import type { PageReport } from './report.ts'

const figuresOf = (times: readonly Timed[]): readonly Measured[] =>
  times.flatMap(({ what, backend, ratios, milliseconds }) =>
    ratios.every((ratio) => ratio === 1) ? [untargeted(`${what}: ${backend}`, 'ms', [milliseconds])] : [untargeted(`${what}: ${backend} / simd`, 'ratio', ratios)],
  )

/** The modes that answer without a page, each timed beside simd. */
export const gpuInNode = async (): Promise<Section> => {
  const opened = await Promise.all((['cpu', 'webasm', 'webasm-threads'] as const).map((mode) => openGpu({ mode })))
  const times = await timeBackends([await openSimd(), ...opened], 5)
  await Promise.all(opened.map((backend) => backend.device?.close()))
  return { title: 'gpu.js in Node', remarks: ['Times as multiples of those of simd on the same work; below 1 would be faster.'], figures: figuresOf(times) }
}

/** Shaders take long to compile where a renderer on the processor plays the device. */
const PATIENCE_MS = 1_200_000

/** The modes that a page has, checked against the laws of compute and timed beside simd in the same page. */
export const gpuInPage = async (): Promise<Section> => {
  const title = 'gpu.js in a page'
  const entry = fileURLToPath(new URL('./page.js', import.meta.url))
  if (!existsSync(entry)) throw new Error('build first: the page is made of the compiled modules')
  const told = (await askDevicePage(entry, PATIENCE_MS)) as PageReport | null
  if (told === null) return { title, remarks: ['No Chromium is installed.'], figures: [notRun('all modes of a page', 'ratio')] }
  const { agent, modes, times } = told
  return {
    title,
    remarks: [
      `Headless Chromium ${/Chrome\/(\d+)/.exec(agent)?.[1] ?? '?'}; its device is SwiftShader, which computes on the processor: these figures show that the modes work, not what a real device gives.`,
      ...modes.flatMap(({ mode, problem }) => (problem === null ? [] : [`Mode ${mode} was not timed: ${problem}.`])),
    ],
    figures: figuresOf(times),
  }
}
