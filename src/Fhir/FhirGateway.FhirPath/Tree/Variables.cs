using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary>
/// The variables that one operand or argument defines with defineVariable(). What follows in the same path sees them, and what is
/// nested in it; nothing outside does.
/// </summary>
internal sealed class Variables(Variables? outer)
{
    private readonly Dictionary<string, Collection> _byName = new(StringComparer.Ordinal);

    public Collection? Find(string name)
    {
        for (var room = this; room is not null; room = room.Outer)
        {
            if (room._byName.TryGetValue(name, out var value)) return value;
        }

        return null;
    }

    public void Define(string name, Collection value) => _byName.Add(name, value);

    private Variables? Outer => outer;
}

/// <summary>An operand or argument that defines variables: they end with it.</summary>
internal sealed class ScopedExpression(Expression inner) : Expression(inner.Offset, inner.Depth + 1)
{
    public Expression Inner => inner;

    public override Collection Evaluate(in Scope scope)
    {
        scope.Evaluation.Descend(Offset);
        return inner.Evaluate(scope.WithRoom());
    }
}
