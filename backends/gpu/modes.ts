/**
 * The modes of gpu.js that can be asked for, where each of them exists, and what it is.
 *
 * A mode is asked for by name and is what computes; gpu.js's own `gpu` and `async` choose one by themselves and are left out (in Node, `async`
 * comes to `webasm-threads`).
 *
 * *Source:* gpu.js 2.24, its README. *Deviations:* 1. `webasm-threads` is its `webasm` with kernels that are answered by promises.
 */
import type { GpuClass, KernelClass } from './gpu-js.ts'

/**
 * `cpu` plain JavaScript, `webasm` WebAssembly on 4 floats at a time, `webasm-threads` the same on all cores, `headlessgl` OpenGL in Node by the
 * package `gl`, `webgl` and `webgl2` in pages, `webgpu` where there is a `navigator.gpu`.
 */
export const gpuModes = ['cpu', 'webasm', 'webasm-threads', 'headlessgl', 'webgl', 'webgl2', 'webgpu'] as const
export type GpuMode = (typeof gpuModes)[number]

/** What there is to know of a mode: its name and class in gpu.js, whether answers come later, whether results stay on a device, and where it exists. */
type ModeFacts = Readonly<{ named: string; kernels: KernelClass; later: boolean; resident: boolean; line: string; needs: string; isThere(gpu: GpuClass): boolean | Promise<boolean> }>

export const modeFacts: Readonly<Record<GpuMode, ModeFacts>> = {
  cpu: { named: 'cpu', kernels: 'CPUKernel', later: false, resident: false, line: 'plain JavaScript', needs: 'nothing', isThere: () => true },
  webasm: {
    named: 'webasm',
    kernels: 'WebAssemblyKernel',
    later: false,
    resident: false,
    line: 'WebAssembly, four floats at a time',
    needs: 'WebAssembly with vectors',
    isThere: (gpu) => gpu.isWebAssemblySupported,
  },
  'webasm-threads': {
    named: 'webasm',
    kernels: 'WebAssemblyKernel',
    later: true,
    resident: false,
    line: 'WebAssembly on all cores',
    needs: 'WebAssembly and shared memory (in pages: cross-origin isolation)',
    isThere: (gpu) => gpu.isWebAssemblySupported && typeof SharedArrayBuffer !== 'undefined',
  },
  headlessgl: {
    named: 'headlessgl',
    kernels: 'HeadlessGLKernel',
    later: false,
    resident: true,
    line: 'OpenGL in Node',
    needs: "Node, the package 'gl' and a display",
    isThere: (gpu) => gpu.isHeadlessGLSupported,
  },
  webgl: { named: 'webgl', kernels: 'WebGLKernel', later: false, resident: true, line: 'WebGL in pages', needs: 'a page with WebGL', isThere: (gpu) => gpu.isWebGLSupported },
  webgl2: { named: 'webgl2', kernels: 'WebGL2Kernel', later: false, resident: true, line: 'WebGL 2 in pages', needs: 'a page with WebGL 2', isThere: (gpu) => gpu.isWebGL2Supported },
  webgpu: { named: 'webgpu', kernels: 'WebGPUKernel', later: true, resident: true, line: 'WebGPU', needs: 'a page with WebGPU and an adapter', isThere: (gpu) => gpu.isWebGPUAvailable() },
}
