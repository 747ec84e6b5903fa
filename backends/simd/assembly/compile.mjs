/**
 * Compiles the kernels to the module that is shipped: `npm run build:simd` writes it to `backends/simd/module.ts`.
 *
 * The compiler is needed by whoever changes a kernel, and by the test that finds the shipped bytes equal to a fresh compilation.
 *
 * *Source:* none. *Deviations:* none.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const here = new URL('.', import.meta.url)

/** Speed first; no run-time library, no assertions, no imports; 128-bit SIMD, but not the relaxed instructions, which may fuse. */
const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--use', 'abort=', '--enable', 'simd']

/** The bytes of the module. Rejects with the compiler's messages. */
export const compile = async () => {
  let bytes = null
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'kernels.wasm', ...OPTIONS], {
    readFile: (name) => {
      try {
        return readFileSync(new URL(name, here), 'utf8')
      } catch {
        return null
      }
    },
    writeFile: (_name, contents) => {
      bytes = contents
    },
    listFiles: () => [],
  })
  if (error !== null || bytes === null) throw new Error(stderr.toString())
  return bytes
}

/** The text of `module.ts`: the bytes in base64, in lines of 160 characters. */
export const moduleText = (bytes) => {
  const lines = Buffer.from(bytes).toString('base64').match(/.{1,160}/g)
  return [
    '/**',
    ' * The compiled kernels in base64. Generated from `assembly/` by `npm run build:simd`; not to be edited.',
    ' *',
    ' * *Source:* `backends/simd/assembly`. *Deviations:* none.',
    ' */',
    'export const moduleBase64: string = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('../module.ts', here), moduleText(await compile()))
