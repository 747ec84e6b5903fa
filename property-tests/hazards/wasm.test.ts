/**
 * The WebAssembly modules that compute: none imports mathematics, none uses instructions whose results an engine may choose, none shares
 * memory between threads.
 *
 * Relaxed SIMD is what leaves results open (a fused multiplication, for example). V8 of Node 20 refuses such modules, so that a module
 * which validates there has none; newer Nodes cannot tell.
 *
 * *Source:* WebAssembly relaxed SIMD proposal, overview; house rule 5. *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { moduleBase64 } from '../../backends/simd/module.ts'

const { resolve } = createRequire(import.meta.url)
const isNode20 = process.versions.node.startsWith('20.')

const modules: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  MuJoCo: new Uint8Array(readFileSync(resolve('@mujoco/mujoco/mujoco.wasm'))),
  simd: new Uint8Array(Buffer.from(moduleBase64, 'base64')),
}

/** What a module may ask for: calls back into itself, C++ exceptions and objects, files, the clock of its profiler. None of it is mathematics. */
const harmless = [
  /^env\.(invoke_[a-z]+|_emval_\w+|_embind_register_\w+|__cxa_\w+|__resumeException|llvm_eh_typeid_for|_emscripten_throw_longjmp)$/,
  /^env\.(exit|_abort_js|__assert_fail|emscripten_(asm_const_int|get_heap_max|resize_heap))$/,
  /^env\.(__syscall_\w+|emscripten_(date_now|get_now)|_tzset_js|_mktime_js|_localtime_js)$/,
  /^wasi_snapshot_preview1\.(clock_time_get|fd_\w+|environ_\w+)$/,
]

/** A module of one function whose body is `instruction` on two vectors and a third. */
const withInstruction = (code: readonly number[]): Uint8Array<ArrayBuffer> => {
  const zeros = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
  const body = [0, ...zeros, ...zeros, ...zeros, ...code, 0x1a, 0x0b]
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body])
}

describe.each(Object.entries(modules))('%s', (name, bytes) => {
  const module = new WebAssembly.Module(bytes)
  const imports = WebAssembly.Module.imports(module).map((entry) => `${entry.module}.${entry.name}`)

  test('imports no mathematics: each of its imports is of a kind that was looked at', () => {
    expect(imports.filter((entry) => !harmless.some((kind) => kind.test(entry)))).toEqual([])
    expect(imports.filter((entry) => Object.getOwnPropertyNames(Math).some((fn) => entry.split('.')[1] === fn))).toEqual([])
    expect(imports.length).toBe(name === 'MuJoCo' ? 167 : 0)
  })

  test.skipIf(!isNode20)('validates where relaxed SIMD does not exist', () => {
    expect(WebAssembly.validate(bytes)).toBe(true)
  })

  test('has a memory of its own', () => {
    const kinds = WebAssembly.Module.imports(module).map(({ kind }) => kind)
    expect(kinds).not.toContain('memory') // a threaded build gets its shared memory from outside
    expect(WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'memory')).toHaveLength(1)
  })
})

test.skipIf(!isNode20)('this engine refuses relaxed SIMD, and nothing else about such a module', () => {
  const fusedMultiplyAdd = [0xfd, 0x87, 0x02] // f64x2.relaxed_madd
  const select = [0xfd, 0x52] // v128.bitselect: also three vectors, one result
  expect(WebAssembly.validate(withInstruction(select))).toBe(true)
  expect(WebAssembly.validate(withInstruction(fusedMultiplyAdd))).toBe(false)
})
