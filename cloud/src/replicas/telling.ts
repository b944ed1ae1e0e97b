/** The same records; after one of these of its methods has done its work, `then` is called. */
export function telling<T extends object>(records: T, names: readonly (keyof T)[], then: () => void): T {
  return new Proxy(records, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value as (...args: unknown[]) => unknown;
      if (!names.includes(name as keyof T)) return method.bind(target);
      return async (...args: unknown[]) => {
        const result = await method.apply(target, args);
        then();
        return result;
      };
    },
  });
}
