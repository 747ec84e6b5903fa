/**
 * A page in a Chromium without a window whose device is SwiftShader, a renderer on the processor: WebGL and WebGPU without a graphics card.
 *
 * *Source:* none. *Deviations:* none.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enginesAt } from '../engines/engines.ts'
import { buildPage, servePage } from '../engines/page-server.ts'

const flags = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']

/**
 * What the page made of the module `entry` (its source or compiled) posts to `/message`; null where no Chromium is installed. Rejects where
 * the page says nothing for `patienceMs`.
 */
export const askDevicePage = async (entry: string, patienceMs: number): Promise<unknown> => {
  const engine = enginesAt(process.cwd()).find(({ id }) => id === 'chromium')
  if (engine === undefined || engine.kind !== 'page' || engine.command === null) return null
  const [folder, profile] = ['page', 'profile'].map((name) => mkdtempSync(join(tmpdir(), `bilevel-device-${name}-`)))
  try {
    await buildPage(entry, folder)
    let hear: (message: unknown) => void = () => undefined
    const heard = new Promise<unknown>((resolve) => {
      hear = resolve
    })
    const { url, server } = await servePage(folder, { groups: [] }, (message) => hear(message))
    const args = engine.args(url, profile).filter((arg) => arg !== '--disable-gpu')
    const child = spawn(engine.command, [...flags, ...args], { detached: true, stdio: 'ignore' })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the page said nothing')), patienceMs)
    })
    try {
      return await Promise.race([heard, late])
    } finally {
      clearTimeout(timer)
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      server.close()
      server.closeAllConnections()
    }
  } finally {
    for (const path of [folder, profile]) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}
