using FhirGateway.FhirPath.Nodes;

namespace FhirGateway.FhirPath.Tree;

/// <summary>A node of a compiled expression. Immutable: one tree serves all threads.</summary>
internal abstract class Expression(int offset, int depth)
{
    /// <summary>Where it is in the expression's text.</summary>
    public int Offset => offset;

    /// <summary>Height of the tree below, itself included.</summary>
    public int Depth => depth;

    public abstract Collection Evaluate(in Scope scope);
}

/// <summary>
/// What an expression sees: <c>$this</c>, <c>$index</c>, <c>$total</c>, what defineVariable() defined, and the evaluation it is part of.
/// </summary>
internal readonly struct Scope(Evaluation evaluation, Collection focus, int index, Collection total, Variables? variables = null)
{
    public Evaluation Evaluation => evaluation;

    public Collection This => focus;

    /// <summary>-1 outside of an iteration.</summary>
    public int Index => index;

    public Collection Total => total;

    /// <summary>Null where the expression defines none.</summary>
    public Variables? Variables => variables;

    public Scope At(FhirNode item, int place) => new(evaluation, Collection.Of(item), place, total, variables);

    public Scope On(Collection items) => new(evaluation, items, index, total, variables);

    public Scope WithTotal(FhirNode item, int place, Collection sum) => new(evaluation, Collection.Of(item), place, sum, variables);

    /// <summary>The same with room for variables that nobody outside sees.</summary>
    public Scope WithRoom() => new(evaluation, focus, index, total, new Variables(variables));
}
