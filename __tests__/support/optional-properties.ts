/** Finds optional properties that a user of the package may set, and that refuse undefined. */
import path from 'node:path'
import ts from 'typescript'

/** `in`: the user makes the value. `out`: the package makes it. */
type Direction = 'in' | 'out'

/** Of files below this folder, and of nothing that others publish. */
export function refusingUndefined(program: ts.Program, files: readonly string[], folder: string): string[] {
  const checker = program.getTypeChecker()
  const visited: Record<Direction, Set<ts.Type>> = { in: new Set(), out: new Set() }
  const found = new Set<string>()
  const isOwn = (node: ts.Node) => node.getSourceFile().fileName.startsWith(folder + path.sep)

  const signature = (one: ts.Signature, direction: Direction) => {
    const other = direction === 'in' ? 'out' : 'in'
    for (const parameter of one.getParameters()) visit(checker.getTypeOfSymbol(parameter), other)
    visit(one.getReturnType(), direction)
  }

  const property = (symbol: ts.Symbol, direction: Direction) => {
    const type = checker.getTypeOfSymbol(symbol)
    const declaration = symbol.declarations?.[0]
    if (declaration !== undefined && !isOwn(declaration)) return
    if (direction === 'in' && (symbol.flags & ts.SymbolFlags.Optional) !== 0 && !takesUndefined(type)) {
      found.add(placeOf(symbol, declaration))
    }
    visit(type, direction)
  }

  const takesUndefined = (type: ts.Type) => {
    if ((type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0) return true
    // Of an optional property, another type stands for its absence.
    return (type.isUnion() ? type.types : [type]).includes(checker.getUndefinedType())
  }

  const placeOf = ({ name }: ts.Symbol, declaration: ts.Declaration | undefined) => {
    if (declaration === undefined) return name
    const source = declaration.getSourceFile()
    const { line } = source.getLineAndCharacterOfPosition(declaration.getStart())
    return `${path.relative(folder, source.fileName)}:${line + 1}: ${name}`
  }

  const visit = (type: ts.Type, direction: Direction): void => {
    if (visited[direction].has(type)) return
    visited[direction].add(type)
    if (type.isUnionOrIntersection()) for (const part of type.types) visit(part, direction)
    const constraint = checker.getBaseConstraintOfType(type)
    if (constraint !== undefined && constraint !== type) visit(constraint, direction)
    for (const argument of type.aliasTypeArguments ?? []) visit(argument, direction)
    if (
      (type.flags & ts.TypeFlags.Object) !== 0 &&
      ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0
    ) {
      for (const argument of checker.getTypeArguments(type as ts.TypeReference)) visit(argument, direction)
    }
    for (const one of [...type.getCallSignatures(), ...type.getConstructSignatures()]) signature(one, direction)
    for (const { type: value } of checker.getIndexInfosOfType(type)) visit(value, direction)
    for (const one of checker.getPropertiesOfType(type)) property(one, direction)
  }

  for (const file of files) {
    const source = program.getSourceFile(file)
    if (source === undefined) throw new Error(`${file} is no part of the program`)
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)) {
      const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      if (own.flags & ts.SymbolFlags.Value) visit(checker.getTypeOfSymbol(own), 'out')
    }
  }
  return [...found].sort()
}

/** Names of the optional properties of an exported function's parameter, in all of its forms. */
export function optionalNames(program: ts.Program, file: string, name: string, at = 0): string[] {
  const checker = program.getTypeChecker()
  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
    .find((symbol) => symbol.name === name)
  if (exported === undefined) throw new Error(`${file} exports no ${name}`)
  const own = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const forms = checker
    .getTypeOfSymbol(own)
    .getCallSignatures()
    .map((one) => one.getParameters()[at])
    .filter((parameter) => parameter !== undefined)
    .map((parameter) => checker.getTypeOfSymbol(parameter))
    .flatMap((type) => (type.isUnion() ? type.types : [type]))
  const optional = forms
    .flatMap((type) => checker.getPropertiesOfType(type))
    .filter(({ flags }) => (flags & ts.SymbolFlags.Optional) !== 0)
  return [...new Set(optional.map((property) => property.name))]
}

/** The program of all subpaths, as the project's own settings compile it, with files that exist only for a test. */
export function programOf(files: readonly string[], root: string): ts.Program {
  const config = path.join(root, 'tsconfig.json')
  const { config: json } = ts.readConfigFile(config, (file) => ts.sys.readFile(file)) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(json, ts.sys, root, {}, config)
  return ts.createProgram(files, options)
}
