using System.Collections.Concurrent;
using FhirGateway.FhirPath.Checking;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Syntax;
using FhirGateway.FhirPath.Tree;

namespace FhirGateway.FhirPath;

/// <summary>A compiled FHIRPath expression (N1, with FHIR R4's additions). Immutable: one serves all threads.</summary>
public sealed class FhirPathExpression
{
    private const int MaxCached = 8192;

    // All of R4's expressions together have a tenth of that. A tree may take fifty bytes for each character of its text.
    private const int MaxCachedCharacters = 2_000_000;
    private static readonly ConcurrentDictionary<string, FhirPathExpression> Cache = new(StringComparer.Ordinal);

    private static int _cachedCharacters;

    private FhirPathExpression(string text, Expression tree)
    {
        Text = text;
        Tree = tree;
    }

    /// <summary>The expression as given.</summary>
    public string Text { get; }

    internal Expression Tree { get; }

    /// <summary>The compiled expression. It is kept in a bounded cache.</summary>
    /// <exception cref="FhirPathException">It is not valid FHIRPath.</exception>
    public static FhirPathExpression Compile(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (Cache.TryGetValue(expression, out var compiled)) return compiled;
        compiled = Parse(expression);
        // When it is full, somebody compiles expressions without end. Dropping all is crude, but costs only compiling again.
        if (Interlocked.Add(ref _cachedCharacters, expression.Length) > MaxCachedCharacters || Cache.Count >= MaxCached)
        {
            Cache.Clear();
            _cachedCharacters = expression.Length;
        }

        return Cache.GetOrAdd(expression, compiled);
    }

    /// <summary>As <see cref="Compile"/>, without keeping it: for an expression that is only looked at.</summary>
    /// <inheritdoc cref="Compile" path="/exception"/>
    public static FhirPathExpression Parse(string expression) => new(expression, Parser.Parse(expression));

    /// <summary>
    /// Checks the expression against R4's types before it meets any data: whether a focus of <paramref name="type"/> (<c>Patient</c>,
    /// <c>HumanName</c>, <c>Patient.contact</c>) and what the paths go through have the elements named. For expressions people write.
    /// </summary>
    /// <exception cref="FhirPathException">Something named can't be found there.</exception>
    /// <exception cref="ArgumentException">R4 has no such type.</exception>
    public void Check(string type)
    {
        var model = TypeModel.Find(type) ?? throw new ArgumentException($"R4 has no type {type}.", nameof(type));
        new TypeChecker(Text).Check(Tree, StaticType.Of(model));
    }

    /// <summary>
    /// Evaluates over a focus, which is <c>$this</c>, <c>%context</c> and, through the resource it is in, <c>%resource</c>.
    /// </summary>
    /// <exception cref="FhirPathException">
    /// It can't be evaluated over that: several items where one is needed, types that don't fit, a text that is not valid Unicode, too
    /// many steps.
    /// </exception>
    public IReadOnlyList<FhirNode> Evaluate(FhirNode focus, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(focus);
        return Run(Evaluation(focus, context)).ToList();
    }

    /// <summary>Evaluates an expression that needs no focus, such as <c>1 + 1</c>.</summary>
    /// <exception cref="FhirPathException">It can't be evaluated.</exception>
    public IReadOnlyList<FhirNode> Evaluate(EvaluationContext? context = null) => Run(Evaluation(null, context)).ToList();

    /// <summary>
    /// Evaluates as an invariant: true or false as it says, null when it gives nothing; an item that is not a boolean counts as true.
    /// </summary>
    /// <exception cref="FhirPathException">It can't be evaluated, or gives several items.</exception>
    public bool? IsTrue(FhirNode focus, EvaluationContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(focus);
        var evaluation = Evaluation(focus, context);
        try
        {
            return Logic.Truth(Run(evaluation), evaluation, Tree.Offset);
        }
        catch (FhirPathException unreadable) when (unreadable.IsOfData)
        {
            throw evaluation.Error(unreadable);
        }
    }

    public override string ToString() => Text;

    private Evaluation Evaluation(FhirNode? focus, EvaluationContext? context) => new(Text, context ?? EvaluationContext.Default, focus);

    private Collection Run(Evaluation evaluation)
    {
        var items = evaluation.Focus is null ? Collection.Empty : Collection.Of(evaluation.Focus);
        try
        {
            return Tree.Evaluate(new Scope(evaluation, items, index: -1, total: Collection.Empty));
        }
        catch (FhirPathException unreadable) when (unreadable.IsOfData)
        {
            throw evaluation.Error(unreadable);
        }
    }
}
