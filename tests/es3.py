"""What of a script an engine of ECMAScript 3, as Internet Explorer 8 and the script host of XP have it, would not take."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import esprima

ES3 = {
    "Program", "FunctionDeclaration", "FunctionExpression", "VariableDeclaration", "VariableDeclarator", "Identifier", "Literal",
    "ExpressionStatement", "CallExpression", "MemberExpression", "NewExpression", "AssignmentExpression", "BinaryExpression",
    "LogicalExpression", "UnaryExpression", "UpdateExpression", "ConditionalExpression", "ObjectExpression", "Property",
    "ArrayExpression", "ThisExpression", "IfStatement", "ForStatement", "ForInStatement", "WhileStatement", "DoWhileStatement",
    "BlockStatement", "ReturnStatement", "BreakStatement", "ContinueStatement", "TryStatement", "CatchClause", "ThrowStatement",
    "EmptyStatement", "SwitchStatement", "SwitchCase", "SequenceExpression",
}  # fmt: skip
RESERVED = {
    "abstract", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "debugger",
    "default", "delete", "do", "double", "else", "enum", "export", "extends", "false", "final", "finally", "float",
    "for", "function", "goto", "if", "implements", "import", "in", "instanceof", "int", "interface", "long", "native",
    "new", "null", "package", "private", "protected", "public", "return", "short", "static", "super", "switch",
    "synchronized", "this", "throw", "throws", "transient", "true", "try", "typeof", "var", "void", "volatile",
    "while", "with",
}  # fmt: skip


def faults(script: str) -> list[str]:
    """What an engine of ECMAScript 3 would not take."""
    found: list[str] = []

    def look(node: Any, _meta: Any) -> None:
        if node.type not in ES3:
            found.append(node.type)
        elif node.type == "VariableDeclaration" and node.kind != "var":
            found.append(node.kind)
        elif node.type == "Property" and (node.kind != "init" or node.shorthand or node.method or node.computed):
            found.append(f"{node.kind} property")
        if node.type == "MemberExpression" and not node.computed and node.property.name in RESERVED:
            found.append(f".{node.property.name}")
        if node.type == "Property" and node.key.type == "Identifier" and node.key.name in RESERVED:
            found.append(f"{node.key.name}:")

    esprima.parseScript(script, {"tolerant": False}, look)
    tokens = [token.value for token in esprima.tokenize(script)]
    found += ["trailing comma" for one, two in pairwise(tokens) if one == "," and two in ("}", "]")]
    return found
