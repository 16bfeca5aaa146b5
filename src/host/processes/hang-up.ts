/**
 * Tells of each SIGHUP, by which a service is told to read its files again: daemon(7).
 *
 * @returns a function that stops it.
 */
export type OnHangUp = (listener: () => void) => () => void;

export const onHangUp: OnHangUp = (listener) => {
  process.on("SIGHUP", listener);
  return () => {
    process.off("SIGHUP", listener);
  };
};
