/** The bytes of the module; rejects with the compiler's messages. */
export declare const compile: () => Promise<Uint8Array>
/** The text of `module.ts`. */
export declare const moduleText: (bytes: Uint8Array) => string
