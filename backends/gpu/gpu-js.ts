/**
 * gpu.js as this backend sees it: the part of its interface that is used, and how it is loaded.
 *
 * The package is an optional peer: nothing is loaded before a GPU backend is opened.
 *
 * *Source:* gpu.js 2.24, gpu.rocks. *Deviations:* none.
 */

/** A texture or buffer that stays on the device. */
export type Resident = Readonly<{ toArray(): unknown; delete?(): void }>

/** A compiled program. Called with its arguments it answers rows of numbers, a resident result, or a promise of either. */
export interface GpuKernel {
  (...args: readonly unknown[]): unknown
  destroy(): void
  /** What really computes; it changes if gpu.js falls back to another mode. */
  readonly kernel: Readonly<{ constructor: unknown; fallbackReason?: string | null }>
}

export type KernelSettings = Readonly<{
  output: readonly number[]
  constants: Readonly<Record<string, number>>
  precision: 'single'
  optimizeFloatMemory: boolean
  pipeline: boolean
  immutable: boolean
  asyncMode: boolean
}>

export interface GpuInstance {
  createKernel(source: string, settings: KernelSettings): GpuKernel
  destroy(): Promise<void>
}

/** The class of gpu.js, with what it says of this host. */
export interface GpuClass {
  new (settings: Readonly<{ mode: string }>): GpuInstance
  readonly isWebAssemblySupported: boolean
  readonly isHeadlessGLSupported: boolean
  readonly isWebGLSupported: boolean
  readonly isWebGL2Supported: boolean
  isWebGPUAvailable(): Promise<boolean>
}

/** Its classes of kernels, one per mode; which of them made a kernel tells where it runs. */
export type KernelClass = 'CPUKernel' | 'WebAssemblyKernel' | 'HeadlessGLKernel' | 'WebGLKernel' | 'WebGL2Kernel' | 'WebGPUKernel'

export type GpuJs = Readonly<{ GPU: GpuClass; input(values: Float32Array, size: readonly number[]): unknown }> & Readonly<Record<KernelClass, unknown>>

/** How the package is installed; its own dependencies are heavy and not needed. */
export const installHint = 'npm install gpu.js@^2.24.1'

/** The package; an error with the command that installs it where it is missing. */
export const loadGpuJs = async (): Promise<GpuJs> => {
  let loaded: unknown
  try {
    loaded = await import('gpu.js')
  } catch (cause) {
    throw new Error(`the gpu backends need the package gpu.js, which is not installed: ${installHint}`, { cause })
  }
  // a CommonJS module whose names are not seen from here; in pages it is the class itself
  const { default: library } = loaded as Readonly<{ default: GpuJs }>
  return library
}
