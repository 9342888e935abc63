using System.Runtime.CompilerServices;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Tree;

/// <summary>
/// One run of one expression: its context, its clock (read once, so that now() is one instant) and what it may still spend.
/// </summary>
internal sealed class Evaluation(string expression, EvaluationContext context, FhirNode? focus)
{
    /// <summary>What making a node costs: with its place in a collection it takes some hundred bytes.</summary>
    public const int NodeCost = 8;

    private const int CharactersPerStep = 8;
    private const int PropertiesPerStep = 8;

    private long _left = context.MaxSteps;
    private int _at;
    private DateTimeOffset? _now;

    public EvaluationContext Context => context;

    /// <summary>What the expression is evaluated on; null when it needs nothing.</summary>
    public FhirNode? Focus => focus;

    /// <summary>Data that can't be read, as an error at the place of the expression that asked for it.</summary>
    public FhirPathException Error(FhirPathException unreadable) => Error(unreadable.Problem, _at);

    public FhirPathException Error(string problem, int offset) => new(problem, expression, offset);

    private FhirPathException Limit(string problem, int offset) => new(problem, expression, offset) { IsLimit = true };

    /// <summary>To be called wherever evaluation or comparison goes one level deeper: a stack that overflows can't be caught.</summary>
    /// <exception cref="FhirPathException">There are no steps, or no stack, left.</exception>
    public void Descend(int offset)
    {
        Charge(1, offset);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new FhirPathException("The evaluation is nested too deeply", expression, offset) { IsLimit = true, IsTooDeep = true };
        }
    }

    /// <exception cref="FhirPathException">There are not so many steps left.</exception>
    public void Charge(long steps, int offset)
    {
        _at = offset;
        _left -= steps;
        if (_left < 0) throw Limit("The evaluation takes more steps than it may", offset);
        if (context.Budget?.Charge(steps) == false)
        {
            throw Limit("The evaluations of this run take more steps together than they may", offset);
        }
    }

    /// <summary>To be called before so many characters are read, compared or written.</summary>
    public void ChargeText(long characters, int offset) => Charge(characters / CharactersPerStep, offset);

    /// <summary>
    /// The System value that an item stands for; null when it has none (see <see cref="SystemValues"/>). A text may be of any length, so
    /// it costs its
    /// length.
    /// </summary>
    public object? Value(FhirNode node, int offset)
    {
        if (SystemValues.IsQuantity(node)) Charge((4 * NodeCost) + (node.Breadth / PropertiesPerStep), offset);
        _at = offset;
        var value = SystemValues.Of(node);
        if (value is string text) ChargeText(text.Length, offset);
        else if (value is Quantity quantity) ChargeText(quantity.Unit.Length, offset);
        return value;
    }

    /// <summary>The string that is an item's only child of a name; null when there is none.</summary>
    public string? Text(FhirNode node, string child, int offset)
    {
        var children = new CollectionBuilder();
        AddChildren(node, child, ref children, offset);
        return children.ToCollection() is { Count: 1 } only ? Value(only[0], offset) as string : null;
    }

    public void AddChildren(FhirNode node, string name, ref CollectionBuilder into, int offset)
    {
        var before = into.Count;
        Charge(1 + (node.Breadth / PropertiesPerStep), offset);
        node.AddChildren(name, ref into);
        Charge((long)(into.Count - before) * NodeCost, offset);
    }

    public Collection Children(FhirNode node, int offset)
    {
        Charge(1 + (node.Breadth / PropertiesPerStep), offset);
        var children = new CollectionBuilder();
        if (node is ElementNode element) element.AddAllChildren(ref children);
        else foreach (var child in node.Children()) children.Add(child);
        Charge((long)children.Count * NodeCost, offset);
        return children.ToCollection();
    }

    /// <exception cref="FhirPathException">The context has no clock.</exception>
    public DateTimeOffset Now(int offset) =>
        _now ??= context.Clock?.GetLocalNow()
            ?? throw Error("The current time is asked for, but the evaluation was given no clock", offset);
}
