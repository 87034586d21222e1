/** The function, remembering its last value: the cells of a column, asked for one after another, share a problem. */
export function perColumn<Value>(of: (column: number) => Value): (column: number) => Value {
  let known: { readonly column: number; readonly value: Value } | null = null;
  return (column) => {
    if (known?.column !== column) known = { column, value: of(column) };
    return known.value;
  };
}
