using System.Globalization;
using System.Runtime.CompilerServices;
using FhirGateway.FhirPath.Functions;
using FhirGateway.FhirPath.Nodes;
using FhirGateway.FhirPath.Tree;
using FhirGateway.FhirPath.Values;

namespace FhirGateway.FhirPath.Syntax;

/// <summary>Reads an expression into its tree by operator strength (Pratt).</summary>
internal sealed class Parser
{
    /// <summary>
    /// How deep expressions and chains may nest: evaluation recurses as deep as the tree, and hostile input must not overflow a stack.
    /// </summary>
    private const int MaxDepth = 400;
    private const int MaxLength = 64 * 1024;

    private readonly string _expression;
    private readonly Lexer _lexer;
    private Token _token;
    private int _nesting;
    private bool _isAfterMinus;
    private bool _definesVariable;

    private Parser(string expression)
    {
        _expression = expression;
        _lexer = new Lexer(expression);
        _token = _lexer.Next();
    }

    /// <exception cref="FhirPathException">It is not valid FHIRPath, or is too large.</exception>
    public static Expression Parse(string expression)
    {
        if (expression.Length > MaxLength)
        {
            throw new FhirPathException($"An expression may have {MaxLength} characters", expression, MaxLength);
        }

        var parser = new Parser(expression);
        var tree = parser.Operand(0);
        if (parser._token.Kind != TokenKind.End) throw parser.Error($"'{parser._token.Text}' is not expected here");
        return tree;
    }

    // An operand, an argument, or the whole expression. Nothing outside sees the variables that it defines.
    private Expression Operand(int minimum)
    {
        var outside = _definesVariable;
        _definesVariable = false;
        var operand = Binary(minimum);
        if (_definesVariable) operand = new ScopedExpression(operand);
        _definesVariable = outside;
        return operand;
    }

    private Expression Binary(int minimum)
    {
        Descend();
        var left = Unary();
        while (Operators.Strength(_token) is var strength && strength > minimum)
        {
            var sign = Take();
            if (_definesVariable) left = new ScopedExpression(left);
            _definesVariable = false;
            left = Checked(strength == Operators.Type
                ? new TypeExpression(left, sign.Text, TypeName(), sign.Offset)
                : new BinaryExpression(sign.Text, left, Operand(strength), sign.Offset));
        }

        _nesting--;
        return left;
    }

    private Expression Unary()
    {
        if (!IsSymbol("-") && !IsSymbol("+")) return Path();
        Descend();
        var sign = Take();
        _isAfterMinus = sign.Text == "-" && _token.Kind == TokenKind.Long;
        var operand = Unary();
        _isAfterMinus = false;
        _nesting--;
        return Checked(new SignExpression(sign.Text == "-", operand, sign.Offset));
    }

    private Expression Path()
    {
        var left = Term();
        while (true)
        {
            if (IsSymbol("."))
            {
                Take();
                left = Checked(Invocation(left));
            }
            else if (IsSymbol("["))
            {
                var offset = Take().Offset;
                var index = Operand(0);
                Expect("]");
                left = Checked(new IndexExpression(left, index, offset));
            }
            else
            {
                return left;
            }
        }
    }

    private Expression Term()
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.String:
                Take();
                return new LiteralExpression(ValueNode.Of(token.Text), token.Offset);
            case TokenKind.Number:
                Take();
                return Number(token);
            case TokenKind.Long:
                Take();
                return Long(token);
            case TokenKind.Date or TokenKind.DateTime or TokenKind.Time:
                Take();
                return new LiteralExpression(ValueNode.Of(Temporal(token)), token.Offset);
            case TokenKind.Constant:
                Take();
                return new ConstantExpression(token.Text, token.Offset);
            case TokenKind.Identifier when token.Text is "true" or "false":
                Take();
                return new LiteralExpression(ValueNode.Of(token.Text == "true"), token.Offset);
            case TokenKind.Identifier or TokenKind.DelimitedIdentifier:
                return Invocation(null);
            case TokenKind.Symbol when token.Text == "(":
                Take();
                var inner = Binary(0);
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Text == "{":
                Take();
                Expect("}");
                return new EmptyExpression(token.Offset);
            case TokenKind.End:
                throw Error("The expression ends too early");
            default:
                throw Error($"'{token.Text}' is not expected here");
        }
    }

    private Expression Invocation(Expression? target)
    {
        var name = Take();
        if (name.Kind is not (TokenKind.Identifier or TokenKind.DelimitedIdentifier)) throw Error("A name is expected", name.Offset);
        if (name.Kind == TokenKind.Identifier && name.Text[0] == '$') return Variable(target, name);
        if (name.Kind == TokenKind.Identifier && IsSymbol("(")) return Call(target, name);
        return target is null ? new RootExpression(name.Text, name.Offset) : new MemberExpression(target, name.Text, name.Offset);
    }

    private VariableExpression Variable(Expression? target, Token name)
    {
        if (target is not null) throw Error($"{name.Text} may only be at the start of a path", name.Offset);
        return name.Text switch
        {
            "$this" => new VariableExpression(ScopeVariable.This, name.Offset),
            "$index" => new VariableExpression(ScopeVariable.Index, name.Offset),
            "$total" => new VariableExpression(ScopeVariable.Total, name.Offset),
            _ => throw Error($"There is no {name.Text}: FHIRPath has $this, $index and $total", name.Offset),
        };
    }

    private Expression Call(Expression? target, Token name)
    {
        Expect("(");
        if (name.Text is "is" or "as" or "ofType")
        {
            var type = TypeName();
            Expect(")");
            return new TypeExpression(target ?? new VariableExpression(ScopeVariable.This, name.Offset), name.Text, type, name.Offset);
        }

        var arguments = new List<Expression>();
        while (!IsSymbol(")"))
        {
            if (arguments.Count > 0) Expect(",");
            arguments.Add(Operand(0));
        }

        Expect(")");
        if (FunctionTable.Find(name.Text) is not { } function) throw Error($"There is no function {name.Text}()", name.Offset);
        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
        {
            throw Error($"{name.Text}() takes {function.ArgumentsInWords}, not {arguments.Count}", name.Offset);
        }

        _definesVariable |= function.Name == UtilityFunctions.DefineVariable;
        return new CallExpression(target, function, [.. arguments], name.Offset);
    }

    private TypeSpecifier TypeName()
    {
        var first = Take();
        if (first.Kind is not (TokenKind.Identifier or TokenKind.DelimitedIdentifier))
        {
            throw Error("A type's name is expected", first.Offset);
        }

        if (!IsSymbol(".")) return TypeSpecifier.Of(null, first.Text) ?? throw Error($"There is no type {first.Text}", first.Offset);

        // "value is Quantity.unit" is not valid FHIRPath, so the point can only separate a namespace from a name.
        Take();
        var second = Take();
        if (second.Kind is not (TokenKind.Identifier or TokenKind.DelimitedIdentifier))
        {
            throw Error("A type's name is expected", second.Offset);
        }

        return TypeSpecifier.Of(first.Text, second.Text) ?? throw Error($"There is no type {first.Text}.{second.Text}", first.Offset);
    }

    private LiteralExpression Number(Token token)
    {
        // The lexer lets through nothing but digits and a point between them.
        var number = WideNumber.Parse(token.Text)!;
        if (_token.Kind == TokenKind.String) return Literal(ValueNode.Of(Quantity.OfQuoted(number, Take().Text)), token);
        if (_token.Kind == TokenKind.Identifier && Quantity.CalendarUnit(_token.Text) is { } unit)
        {
            Take();
            return Literal(ValueNode.Of(Quantity.OfNumber(number, unit, isCalendar: true)), token);
        }

        if (token.Text.Contains('.', StringComparison.Ordinal)) return Literal(ValueNode.OfValue(number), token);
        // 2147483648 is above the largest Integer, yet -2147483648 is one: the sign is read before, so it stays a decimal here.
        return Literal(number is decimal and <= int.MaxValue ? ValueNode.Of((int)(decimal)number) : ValueNode.OfValue(number), token);
    }

    private LiteralExpression Long(Token token)
    {
        if (long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Literal(ValueNode.Of(number), token);
        }

        var isLeast = _isAfterMinus && WideNumber.Parse(token.Text) is SignExpression.LeastLong;
        return isLeast
            ? Literal(ValueNode.Of(SignExpression.LeastLong), token)
            : throw Error("The number is too large for a Long", token.Offset);
    }

    private static LiteralExpression Literal(ValueNode value, Token token) => new(value, token.Offset);

    private Temporal Temporal(Token token) => token.Kind switch
    {
        TokenKind.Date => TemporalParser.Date(token.Text),
        TokenKind.DateTime => TemporalParser.DateTime(token.Text),
        _ => TemporalParser.Time(token.Text),
    } ?? throw Error($"'{token.Text}' is not a valid date or time", token.Offset);

    private void Descend()
    {
        if (++_nesting > MaxDepth / 2) throw Error("The expression is nested too deeply");
        if (RuntimeHelpers.TryEnsureSufficientExecutionStack()) return;
        throw new FhirPathException(
            "The expression is nested too deeply for the thread's stack", _expression, _token.Offset)
        { IsLimit = true, IsTooDeep = true };
    }

    private Expression Checked(Expression expression) =>
        expression.Depth <= MaxDepth ? expression : throw Error("The expression is nested too deeply", expression.Offset);

    private Token Take()
    {
        var taken = _token;
        if (taken.Kind == TokenKind.End) throw Error("The expression ends too early");
        _token = _lexer.Next();
        return taken;
    }

    private void Expect(string symbol)
    {
        if (!IsSymbol(symbol))
        {
            throw Error(
                _token.Kind == TokenKind.End ? $"'{symbol}' is missing at the end" : $"'{symbol}' is expected, not '{_token.Text}'");
        }

        Take();
    }

    private bool IsSymbol(string symbol) => _token.Kind == TokenKind.Symbol && _token.Text == symbol;

    private FhirPathException Error(string problem, int? offset = null) => new(problem, _expression, offset ?? _token.Offset);
}
