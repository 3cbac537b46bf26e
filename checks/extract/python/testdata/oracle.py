"""Prints what CPython's own parser finds in Python files, one JSON object a file.

Usage: oracle.py FILE... (or a list of files on standard input).
The test compares it with the facts of the reader.
"""

import ast
import json
import sys
import warnings

warnings.simplefilter("ignore")


DISPLAYS = {
    ast.JoinedStr: "str", ast.List: "list", ast.ListComp: "list", ast.Set: "set",
    ast.SetComp: "set", ast.Dict: "dict", ast.DictComp: "dict",
}


def dotted(node, bases=()):
    """The callee's name: calls, subscripts and awaits in it stand for what is
    called, indexed or awaited, a literal for its type. What has no name begins
    with a question mark."""
    parts = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
            if isinstance(node, ast.Name) and node.id == "super" and parts:
                parts.append(bases[0] if bases else "object")
                return ".".join(reversed(parts))
        elif isinstance(node, ast.Subscript):
            node = node.value
            if isinstance(node, tuple(DISPLAYS) + (ast.Constant,)):
                return "?." + parts[0] if parts else "?"
        elif isinstance(node, ast.Await):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        parts.append("str")
    elif type(node) in DISPLAYS:
        parts.append(DISPLAYS[type(node)])
    else:
        return "?." + parts[0] if parts else "?"
    return ".".join(reversed(parts))


def literal(node):
    """A word for a literal argument, "" for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = literal(node.operand)
        return inner if inner == "n" else ""
    if not isinstance(node, ast.Constant):
        return ""
    v = node.value
    if v is None or v is True or v is False:
        return repr(v)
    if isinstance(v, bytes):
        v = v.decode("latin-1")
    if isinstance(v, str):
        # Lone surrogates have no UTF-8 form.
        v = "".join("\ufffd" if 0xD800 <= ord(c) <= 0xDFFF else c for c in v[:4000])
        return "s:" + v.encode("utf-8")[:4000].decode("utf-8", "ignore")
    if isinstance(v, (int, float, complex)):
        return "n"
    return ""


def describe(path, source):
    tree = ast.parse(source)
    out = {"path": path, "imports": [], "defs": [], "calls": []}
    stack = [(tree, "", False, ())]
    while stack:
        node, scope, text, supers = stack.pop()
        if isinstance(node, ast.Import):
            for a in node.names:
                out["imports"].append([node.lineno, 0, a.name, "", a.asname or ""])
        elif isinstance(node, ast.ImportFrom):
            for a in node.names:
                out["imports"].append(
                    [node.lineno, node.level, node.module or "", a.name, a.asname or ""]
                )
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = scope + "." + node.name if scope else node.name
            is_class = isinstance(node, ast.ClassDef)
            params = []
            if not is_class:
                a = node.args
                params = [x.arg for x in a.posonlyargs + a.args]
                params += ["*" + a.vararg.arg] if a.vararg else []
                params += [x.arg for x in a.kwonlyargs]
                params += ["**" + a.kwarg.arg] if a.kwarg else []
            decorators = [
                dotted(d, supers) for d in node.decorator_list
            ]
            bases = len(node.bases) if is_class else 0
            out["defs"].append(
                [node.lineno, node.end_lineno, name, is_class, decorators, params, bases]
            )
            outside = set(map(id, node.decorator_list))
            if is_class:
                outside |= set(map(id, node.bases)) | set(map(id, node.keywords))
            else:
                outside |= {id(node.args), id(node.returns)}
            inner = [dotted(b, supers) for b in node.bases] if is_class else supers
            for child in ast.iter_child_nodes(node):
                out_here = id(child) in outside
                stack.append((child, scope if out_here else name, text, supers if out_here else inner))
            continue
        elif isinstance(node, ast.Call):
            args = [["*" if isinstance(a, ast.Starred) else "", literal(a)] for a in node.args]
            args += [[k.arg or "**", literal(k.value)] for k in node.keywords]
            out["calls"].append([node.func.end_lineno, dotted(node.func, supers), scope, sorted(args), text])
        inside = text or isinstance(node, ast.JoinedStr)
        for child in ast.iter_child_nodes(node):
            stack.append((child, scope, inside, supers))
    return out


def main():
    for path in sys.argv[1:] or map(str.strip, sys.stdin):
        with open(path, "rb") as f:
            source = f.read()
        try:
            source.decode("utf-8")
            print(json.dumps(describe(path, source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
            print(json.dumps({"path": path, "error": type(e).__name__}))


main()
