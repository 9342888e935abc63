using System.Runtime.CompilerServices;
using FhirGateway.FhirPath.Functions;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;
using FhirGateway.FhirPath.Types;

namespace FhirGateway.FhirPath.Checking;

/// <summary>
/// Follows an expression through R4's types and refuses what can never find anything: a misspelt element, a choice named with its
/// type (<c>valueQuantity</c>), a path that starts at another resource. It lets pass what it can't know.
/// </summary>
internal sealed class TypeChecker(string expression)
{
    private static readonly HashSet<string> KeepingType = new(StringComparer.Ordinal)
    {
        "where", "first", "last", "tail", "skip", "take", "single", "distinct", "trace", "intersect", "exclude", "sort",
        "checkModifiers", "slice", UtilityFunctions.DefineVariable,
    };

    private static readonly HashSet<string> NeedingOrder = new(StringComparer.Ordinal) { "first", "last", "tail", "skip", "take" };

    private static readonly HashSet<string> PerItem = new(StringComparer.Ordinal)
    {
        "where", "select", "all", "exists", "repeat", "sort", "aggregate", "iif", UtilityFunctions.DefineVariable,
    };

    private static readonly HashSet<string> GivingBoolean = new(StringComparer.Ordinal)
    {
        "exists", "empty", "all", "allTrue", "anyTrue", "allFalse", "anyFalse", "not", "subsetOf", "supersetOf", "isDistinct",
        "hasValue", "memberOf", "conformsTo", "startsWith", "endsWith", "contains", "matches", "matchesFull", "comparable", "htmlChecks",
        "subsumes", "subsumedBy",
    };

    /// <exception cref="FhirPathException">Something named can't be found there; the first such thing is told.</exception>
    public StaticType Check(Expression node, StaticType focus)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new FhirPathException("The expression is nested too deeply", expression, node.Offset);
        }

        return TypeOf(node, focus);
    }

    private StaticType TypeOf(Expression node, StaticType focus) => node switch
    {
        RootExpression root => Root(root, focus),
        MemberExpression member => Member(Check(member.Left, focus), member.Name, member.Offset),
        IndexExpression index => Indexed(index, focus),
        VariableExpression { Variable: ScopeVariable.This } => focus,
        VariableExpression { Variable: ScopeVariable.Index } => StaticType.OfSystem(FhirPathType.Integer),
        LiteralExpression literal => StaticType.OfSystem(literal.Literal.Type),
        SignExpression sign => Check(sign.Operand, focus),
        TypeExpression type => OfType(type, focus),
        BinaryExpression binary => Binary(binary, focus),
        CallExpression call => Call(call, focus),
        ScopedExpression scoped => Check(scoped.Inner, focus),
        _ => StaticType.Unknown,
    };

    private StaticType Root(RootExpression root, StaticType focus)
    {
        if (focus.Models is not { Count: > 0 } models) return focus.IsKnown ? Member(focus, root.Name, root.Offset) : focus;
        if (models.Any(model => model.Name == root.Name || R4Types.IsSubtypeOf(model.Name, root.Name))) return focus;
        if (char.IsAsciiLetterUpper(root.Name[0]) && models.All(IsOpen)) return StaticType.Unknown;
        return Member(focus, root.Name, root.Offset);
    }

    private StaticType Member(StaticType owner, string name, int offset)
    {
        if (owner.Models is not { } models) return StaticType.Unknown;
        var found = models.Where(model => model.ByName.ContainsKey(name))
            .SelectMany(model => model.ByName[name])
            .Select(child => child.Type)
            .Distinct()
            .ToList();
        if (found.Count > 0) return new StaticType(found, IsUnordered: owner.IsUnordered);
        return models.Any(IsOpen)
            ? StaticType.Unknown
            : throw new FhirPathException($"{owner} has no element '{name}'", expression, offset);
    }

    // A contained resource may be of any type, and so may have any element.
    private static bool IsOpen(TypeModel model) =>
        model.Name is "Resource" or "DomainResource" or "Element" or "BackboneElement" && model.Key == model.Name;

    private StaticType Indexed(IndexExpression index, StaticType focus)
    {
        Check(index.Index, focus);
        var items = Check(index.Left, focus);
        return items.IsUnordered ? throw Unordered("[]", index.Offset) : items;
    }

    private StaticType OfType(TypeExpression type, StaticType focus)
    {
        Check(type.Left, focus);
        if (type.Operation == "is") return StaticType.Boolean;
        if (type.Specifier.Namespace != FhirPathType.SystemNamespace && TypeModel.Find(type.Specifier.Name) is { } model)
        {
            return StaticType.Of(model);
        }

        return FhirPathType.System(type.Specifier.Name) is { } system ? StaticType.OfSystem(system) : StaticType.Unknown;
    }

    private StaticType Binary(BinaryExpression binary, StaticType focus)
    {
        var left = Check(binary.Left, focus);
        var right = Check(binary.Right, focus);
        return binary.Sign switch
        {
            "|" => left.With(right),
            "+" or "-" or "*" or "/" or "div" or "mod" => StaticType.Unknown,
            "&" => StaticType.OfSystem(FhirPathType.String),
            _ => StaticType.Boolean,
        };
    }

    private StaticType Call(CallExpression call, StaticType focus)
    {
        var name = call.Function.Name;
        var input = call.Target is null ? focus : Check(call.Target, focus);
        if (input.IsUnordered && NeedingOrder.Contains(name)) throw Unordered(name + "()", call.Offset);
        var arguments = call.Arguments.Select(argument => Check(argument, PerItem.Contains(name) ? input : focus)).ToList();
        if (name == "iif" && !arguments[0].MayBeCondition)
        {
            throw new FhirPathException($"iif() needs a condition, not {arguments[0]}", expression, call.Arguments[0].Offset);
        }

        if (KeepingType.Contains(name)) return input;
        if (GivingBoolean.Contains(name)) return StaticType.Boolean;
        return name switch
        {
            "select" or "repeat" => arguments[0],
            "union" or "combine" => input.With(arguments[0]),
            "iif" => arguments.Count == 3 ? arguments[1].With(arguments[2]) : arguments[1],
            "extension" => StaticType.Of(TypeModel.Find("Extension")!),
            "elementDefinition" => StaticType.Of(TypeModel.Find("ElementDefinition")!),
            "children" or "descendants" => StaticType.Unknown with { IsUnordered = true },
            "count" or "length" or "indexOf" => StaticType.OfSystem(FhirPathType.Integer),
            "toString" or "upper" or "lower" or "substring" or "replace" or "trim" or "join" => StaticType.OfSystem(FhirPathType.String),
            _ => StaticType.Unknown,
        };
    }

    private FhirPathException Unordered(string what, int offset) =>
        new($"{what} needs an order, which children() and descendants() don't have", expression, offset);
}
