import { defineConfig } from "rolldown";

export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    // Named so that they are modules wherever they are copied to, whatever package.json lies above.
    entryFileNames: "main.mjs",
    chunkFileNames: "[name]-[hash].mjs",
  },
});
