import { defineConfig } from "rolldown";

export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    entryFileNames: "main.js",
    chunkFileNames: "[name]-[hash].js",
  },
});
