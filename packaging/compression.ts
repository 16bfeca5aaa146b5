/**
 * How hard xz(1) tries, from 0 to 9. That of Node.js takes a minute with what a release is packed with; `SSHCTL_PACKAGE_LEVEL=1` is for trying
 * a package out.
 */
export const compressionLevel = process.env["SSHCTL_PACKAGE_LEVEL"] || "6";
